import type { ReactNode } from "react";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { useCommon } from "./common";

interface Props {
  title: string;
  /** The verb on the button. */
  act: string;
  danger?: boolean;
  size?: "sm" | "md";
  busy: boolean;
  ready?: boolean;
  onClose: () => void;
  onSubmit: () => void;
  children: ReactNode;
}

/** A dialog with fields: cancel, and the one act; Enter does it. */
export function FormDialog({ title, act, danger, size = "md", busy, ready = true, onClose, onSubmit, children }: Props) {
  const common = useCommon();
  return (
    <Dialog
      open
      size={size}
      onClose={onClose}
      title={title}
      closeLabel={common.close}
      onSubmit={onSubmit}
      foot={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" look={danger ? "danger-fill" : "primary"} busy={busy} disabled={!ready}>
            {act}
          </Button>
        </>
      }
    >
      <div className="stack gap-16">{children}</div>
    </Dialog>
  );
}
