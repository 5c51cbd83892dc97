import { Dialog as Base } from "@base-ui/react/dialog";
import type { FormEvent, ReactNode, RefObject } from "react";
import { IconButton } from "./Button";

interface Props {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  closeLabel: string;
  size?: "sm" | "md" | "lg";
  children: ReactNode;
  foot?: ReactNode;
  /** Given, the dialog is a form: Enter submits. */
  onSubmit?: () => void;
  /** What gets the focus first; otherwise the first control. */
  focus?: RefObject<HTMLElement | null>;
}

export function Dialog({ open, onClose, title, closeLabel, size = "md", children, foot, onSubmit, focus }: Props) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  const inner = (
    <>
      <div className="dialog-body">{children}</div>
      {foot ? <div className="dialog-foot">{foot}</div> : null}
    </>
  );
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup className={`dialog dialog-placed${size === "md" ? "" : ` dialog-${size}`}`} {...(focus ? { initialFocus: focus } : {})}>
          <div className="dialog-head">
            <Base.Title className="dialog-title">{title}</Base.Title>
            <IconButton icon="x" label={closeLabel} onClick={onClose} />
          </div>
          {onSubmit ? (
            <form className="dialog-form" onSubmit={submit}>
              {inner}
            </form>
          ) : (
            inner
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** A dialog without head and foot of its own: the palette. */
export function BareDialog(props: { open: boolean; onClose: () => void; label: string; className: string; children: ReactNode }) {
  return (
    <Base.Root open={props.open} onOpenChange={(next) => (next ? undefined : props.onClose())}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup className={props.className} aria-label={props.label}>
          {props.children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
