import { useState } from "react";
import type { Node, NodeDetail } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Tree } from "../../ui/Tree";
import { useSpaceName } from "./SpaceList";
import { useTexts } from "./texts";
import { useFolders, useSpaces } from "./useFolders";

interface Props {
  nodes: Node[];
  from: NodeDetail | undefined;
  onMove: (parent: string) => Promise<void>;
  onClose: () => void;
}

export function MoveDialog({ nodes, from, onMove, onClose }: Props) {
  const t = useTexts();
  const common = useCommon();
  const nameOf = useSpaceName();
  const spaces = useSpaces();
  const [to, setTo] = useState<string | undefined>(from?.id);
  const [busy, setBusy] = useState(false);
  const open = spaces.all.filter((space) => space.role !== "reader");
  const folders = useFolders(open, to, from?.path.map((one) => one.id) ?? [], nameOf);
  const within = nodes.some((node) => node.id === to);
  const move = async () => {
    if (!to) return;
    setBusy(true);
    await onMove(to).finally(() => setBusy(false));
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.moveTitle(nodes.length)}
      closeLabel={common.close}
      foot={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" busy={busy} disabled={!to || to === from?.id || within} onClick={() => void move()}>
            {t.moveHere}
          </Button>
        </>
      }
    >
      <div className="move-tree">
        <Tree label={t.movePick} rows={folders.rows} onSelect={setTo} onToggle={folders.toggle} />
      </div>
    </Dialog>
  );
}
