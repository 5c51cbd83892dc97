import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { pictures } from "../api/directory";
import { cut, type View } from "../lib/pictures";
import { Button } from "../ui/Button";
import { Banner } from "../ui/Surface";
import { toast } from "../ui/Toast";
import { FormDialog } from "./FormDialog";
import { sentence, useProblems } from "./problems";
import { translator } from "./t";
import { useAct, useToldAct } from "./useAct";

const zh = {
  set: "设置头像",
  change: "更换头像",
  remove: "移除头像",
  title: "裁剪头像",
  act: "使用",
  area: "拖动选择显示的部分；也可以用方向键移动",
  zoom: "放大",
  unreadable: "这个文件不是能打开的图片。请选 PNG、JPEG 或 WebP。",
  done: "头像已更新",
  removed: "头像已移除",
};
const en: typeof zh = {
  set: "Set a picture",
  change: "Change the picture",
  remove: "Remove the picture",
  title: "Crop the picture",
  act: "Use it",
  area: "Drag to choose what is shown; the arrow keys move it too",
  zoom: "Zoom",
  unreadable: "This file is no picture that can be opened. Choose a PNG, JPEG or WebP.",
  done: "The picture has been changed",
  removed: "The picture has been removed",
};
const useTexts = translator({ "zh-CN": zh, en });

/** Pixels of a side as it is sent; the box keeps fewer. */
const SENT = 512;
const MOST_ZOOM = 4;
const STEP = 0.05;

interface Props {
  /** Absent: one's own. */
  uid?: string;
  has: boolean;
}

/** Sets, changes and removes a picture; what is sent has been cropped here. */
export function PictureChange({ uid, has }: Props) {
  const t = useTexts();
  const client = useQueryClient();
  const choose = useRef<HTMLInputElement>(null);
  const [bitmap, setBitmap] = useState<ImageBitmap | null>(null);
  const { busy, run } = useToldAct();
  useEffect(() => () => bitmap?.close(), [bitmap]);
  const open = async (file: File | undefined) => {
    if (!file) return;
    try {
      setBitmap(await createImageBitmap(file));
    } catch {
      toast(t.unreadable, "danger");
    }
  };
  const done = async (text: string) => {
    // Whatever names the person names the picture.
    await client.invalidateQueries();
    toast(text, "ok");
  };
  const remove = async () => {
    await pictures.remove(uid);
    await done(t.removed);
  };
  return (
    <div className="cluster">
      <input
        ref={choose}
        type="file"
        hidden
        accept="image/png,image/jpeg,image/webp"
        onChange={(event) => {
          void open(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      <Button small onClick={() => choose.current?.click()}>
        {has ? t.change : t.set}
      </Button>
      {has ? (
        <Button small busy={busy} onClick={() => void run(remove).catch(() => undefined)}>
          {t.remove}
        </Button>
      ) : null}
      {bitmap ? <Crop bitmap={bitmap} uid={uid} onClose={() => setBitmap(null)} onDone={() => done(t.done)} /> : null}
    </div>
  );
}

function Crop({ bitmap, uid, onClose, onDone }: { bitmap: ImageBitmap; uid: string | undefined; onClose: () => void; onDone: () => Promise<void> }) {
  const t = useTexts();
  const problems = useProblems();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState<View>({ zoom: 1, x: 0.5, y: 0.5 });
  const { busy, problem, run } = useAct();
  useEffect(() => {
    const area = canvas.current?.getContext("2d");
    if (!area) return;
    const { x, y, side } = cut(bitmap, view);
    // What is transparent becomes white on the box too.
    area.fillStyle = "white";
    area.fillRect(0, 0, SENT, SENT);
    area.drawImage(bitmap, x, y, side, side, 0, 0, SENT, SENT);
  }, [bitmap, view]);
  const move = (dx: number, dy: number) => setView((view) => ({ ...view, x: within(view.x + dx), y: within(view.y + dy) }));
  const onKey = (event: KeyboardEvent) => {
    const steps: Record<string, [number, number]> = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    move(...step);
  };
  const onDrag = (event: PointerEvent<HTMLCanvasElement>) => {
    if (event.buttons !== 1) return;
    const { side } = cut(bitmap, view);
    const scale = side / event.currentTarget.clientWidth;
    const along = (pixels: number, length: number) => (length > side ? (-pixels * scale) / (length - side) : 0);
    move(along(event.movementX, bitmap.width), along(event.movementY, bitmap.height));
  };
  const save = async () => {
    const blob = await new Promise<Blob | null>((take) => canvas.current?.toBlob(take, "image/jpeg", 0.92));
    if (!blob) return;
    await pictures.set(blob, uid);
    await onDone();
    onClose();
  };
  return (
    <FormDialog size="sm" title={t.title} act={t.act} busy={busy} onClose={onClose} onSubmit={() => void run(save)}>
      {problem ? (
        <Banner tone="danger" icon="alert-circle">
          {sentence(problem, problems)}
        </Banner>
      ) : null}
      <canvas
        ref={canvas}
        className="crop"
        width={SENT}
        height={SENT}
        role="img"
        aria-label={t.area}
        tabIndex={0}
        onKeyDown={onKey}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onDrag}
      />
      <label className="field">
        <span className="label">{t.zoom}</span>
        <input type="range" min={1} max={MOST_ZOOM} step={STEP} value={view.zoom} onChange={(event) => setView({ ...view, zoom: Number(event.target.value) })} />
      </label>
      <p className="meta">{t.area}</p>
    </FormDialog>
  );
}

const within = (part: number) => Math.max(0, Math.min(1, part));
