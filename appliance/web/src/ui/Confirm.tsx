import { useState, type ReactNode } from "react";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  children?: ReactNode;
  /** The verb on the button. */
  act: string;
  cancel: string;
  danger?: boolean;
  /** False: what is asked for is not there yet. */
  ready?: boolean;
  onConfirm: () => Promise<unknown> | void;
}

/** Asks before what cannot be taken back easily; stays open when the act fails. */
export function Confirm({ open, onClose, title, children, act, cancel, danger, ready = true, onConfirm }: Props) {
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch {
      // The caller has shown why.
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      closeLabel={cancel}
      size="sm"
      foot={
        <>
          <Button onClick={onClose}>{cancel}</Button>
          <Button look={danger ? "danger-fill" : "primary"} busy={busy} disabled={!ready} onClick={() => void confirm()}>
            {act}
          </Button>
        </>
      }
    >
      <div className="soft">{children}</div>
    </Dialog>
  );
}
