import { useEffect, useRef, useState } from "react";
import { useFormat } from "../../../i18n/format";
import { useProblems } from "../../../i18n/problems";
import { usePhone } from "../../../lib/react";
import { Button, IconButton } from "../../../ui/Button";
import { Check } from "../../../ui/Field";
import { FileIcon } from "../../../ui/FileIcon";
import { Icon } from "../../../ui/Icon";
import { VList } from "virtua";
import { useTexts } from "../texts";
import { cancel, cancelAll, clearOver, countInterrupted, decide, forgetInterrupted, pause, resume, retryAll } from "./queue";
import { isActive, useUploads, type UploadItem } from "./store";
import "./tray.css";

/** More than this, and only the rows in sight are drawn. */
const PLAIN_ROWS = 40;
const LEAVES_AFTER_MILLISECONDS = 10_000;

/** All uploads, wherever in the client one is. */
export default function UploadTray() {
  const items = useUploads((state) => state.items);
  const interrupted = useUploads((state) => state.interrupted);
  const phone = usePhone();
  const [folded, setFolded] = useState(phone);
  useEffect(() => {
    void countInterrupted();
  }, []);
  if (items.length === 0) return interrupted > 0 ? <Interrupted count={interrupted} /> : null;
  return <Tray items={items} folded={folded} onFold={() => setFolded(!folded)} />;
}

function Interrupted({ count }: { count: number }) {
  const t = useTexts();
  return (
    <section className="tray" aria-label={t.tray}>
      <div className="up">
        <Icon name="upload" />
        <p className="grow compact">{t.interrupted(count)}</p>
        <Button small onClick={() => void forgetInterrupted()}>
          {t.dismiss}
        </Button>
      </div>
    </section>
  );
}

function Tray({ items, folded, onFold }: { items: readonly UploadItem[]; folded: boolean; onFold: () => void }) {
  const t = useTexts();
  const format = useFormat();
  const active = items.filter(isActive);
  const stopped = items.filter((item) => item.state === "failed" || item.state === "conflict");
  const total = active.reduce((sum, item) => sum + item.size, 0);
  const sent = active.reduce((sum, item) => sum + item.sent, 0);
  const speed = useSpeed(sent, active.some((item) => item.state === "uploading"));
  const over = active.length === 0;
  useLeave(over && stopped.length === 0);
  return (
    <section className="tray" aria-label={t.tray}>
      <header className="tray-head">
        <b role="status">{!over ? t.trayUploading(active.length, items.length) : stopped.length > 0 ? t.trayStopped(stopped.length) : t.trayDone(items.length)}</b>
        {speed > 0 && !over ? <span className="meta num">{t.traySpeed(format.size(speed), format.duration((total - sent) / speed))}</span> : null}
        <span className="btns end gap-0">
          {items.some((item) => item.state === "failed") ? <IconButton small icon="refresh" label={t.retryAll} onClick={retryAll} /> : null}
          {over && stopped.length === 0 ? (
            <IconButton small icon="x" label={t.clearDone} onClick={clearOver} />
          ) : (
            <IconButton small icon="x" label={t.cancelAll} onClick={() => { cancelAll(); clearOver(); }} />
          )}
          <IconButton small icon={folded ? "up" : "down"} label={folded ? t.unfold : t.fold} aria-expanded={!folded} onClick={onFold} />
        </span>
      </header>
      {folded ? (
        <progress className={stopped.length > 0 ? "progress danger" : "progress"} value={over ? 1 : sent} max={over ? 1 : Math.max(1, total)} aria-label={t.tray} />
      ) : (
        <div className={items.length > PLAIN_ROWS ? "tray-list tray-long" : "tray-list"}>
          {items.length > PLAIN_ROWS ? (
            <VList data={items} className="vlist">
              {(item) => <Row key={item.id} item={item} />}
            </VList>
          ) : (
            items.map((item) => <Row key={item.id} item={item} />)
          )}
        </div>
      )}
    </section>
  );
}

function Row({ item }: { item: UploadItem }) {
  const t = useTexts();
  const format = useFormat();
  const problems = useProblems();
  const why = item.problem === "unreadable" ? t.unreadable : item.problem ? problems.codes[item.problem] : undefined;
  return (
    <div className="up">
      <FileIcon name={item.name} size={24} />
      <div className="grow">
        <div className="up-line">
          <span className="truncate" title={[...item.path, item.name].join("/")}>
            {item.name}
          </span>
          <Word item={item} />
        </div>
        {item.state === "uploading" || item.state === "network" || item.state === "paused" ? (
          <progress className={item.state === "uploading" ? "progress" : "progress warn"} value={item.sent} max={Math.max(1, item.size)} aria-label={t.progress(format.size(item.sent), format.size(item.size))} />
        ) : null}
        {item.state === "network" ? <p className="up-note">{t.network}</p> : null}
        {why ? <p className="up-note">{why}</p> : null}
        {item.state === "conflict" ? <Conflict item={item} /> : null}
      </div>
      <Acts item={item} />
    </div>
  );
}

function Word({ item }: { item: UploadItem }) {
  const t = useTexts();
  const format = useFormat();
  switch (item.state) {
    case "waiting":
      return <span className="up-state">{t.waiting}</span>;
    case "preparing":
      return <span className="up-state">{t.preparing}</span>;
    case "uploading":
    case "network":
      return <span className="up-state">{t.progress(format.size(item.sent), format.size(item.size))}</span>;
    case "paused":
      return <span className="up-state">{t.paused}</span>;
    case "conflict":
      return <span className="up-state danger">{t.conflict}</span>;
    case "failed":
      return <span className="up-state danger">{t.notUploaded}</span>;
    case "done":
      return <span className="up-state ok">{t.done}</span>;
    case "skipped":
      return <span className="up-state">{t.skipped}</span>;
  }
}

function Conflict({ item }: { item: UploadItem }) {
  const t = useTexts();
  const [always, setAlways] = useState(false);
  const several = useUploads((state) => state.items.filter((one) => isActive(one) || one.state === "conflict").length > 1);
  return (
    <div className="up-conflict">
      <span className="btns gap-4">
        <Button small onClick={() => decide(item.id, "version", always)}>{t.asVersion}</Button>
        <Button small onClick={() => decide(item.id, "rename", always)}>{t.keepBoth}</Button>
        <Button small look="quiet" onClick={() => decide(item.id, "skip", always)}>{t.skip}</Button>
      </span>
      {several ? <Check checked={always} onChange={(event) => setAlways(event.target.checked)}>{t.forAll}</Check> : null}
    </div>
  );
}

function Acts({ item }: { item: UploadItem }) {
  const t = useTexts();
  if (item.state === "done") {
    return (
      <span className="up-ok">
        <Icon name="check" size={16} />
      </span>
    );
  }
  if (item.state === "skipped" || item.state === "conflict") return null;
  return (
    <span className="btns gap-0">
      {item.state === "failed" ? (
        <Button small icon="refresh" onClick={() => resume(item.id)}>
          {t.retry}
        </Button>
      ) : item.state === "paused" ? (
        <IconButton small icon="upload" label={`${t.resume} ${item.name}`} onClick={() => resume(item.id)} />
      ) : (
        <IconButton small icon="pause" label={`${t.pause} ${item.name}`} onClick={() => pause(item.id)} />
      )}
      <IconButton small icon="x" label={`${t.cancel} ${item.name}`} onClick={() => cancel(item.id)} />
    </span>
  );
}

/** Once everything is there, the tray has nothing to say for long. */
function useLeave(quiet: boolean): void {
  useEffect(() => {
    if (!quiet) return;
    const timer = window.setTimeout(clearOver, LEAVES_AFTER_MILLISECONDS);
    return () => window.clearTimeout(timer);
  }, [quiet]);
}

/** Bytes a second, smoothed; 0 while it is not known. */
function useSpeed(sent: number, on: boolean): number {
  const [speed, setSpeed] = useState(0);
  const now = useRef(sent);
  useEffect(() => {
    now.current = sent;
  }, [sent]);
  useEffect(() => {
    if (!on) {
      setSpeed(0);
      return;
    }
    let before = now.current;
    const timer = window.setInterval(() => {
      const moved = Math.max(0, now.current - before);
      before = now.current;
      setSpeed((old) => (old === 0 ? moved : old * 0.7 + moved * 0.3));
    }, 1000);
    return () => window.clearInterval(timer);
  }, [on]);
  return speed;
}
