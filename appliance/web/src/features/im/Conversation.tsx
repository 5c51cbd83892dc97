import { useEffect } from "react";
import { Link } from "wouter";
import { paths } from "../../lib/paths";
import { usePhone } from "../../lib/react";
import { useLive } from "../../api/live";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { useFileDrop } from "../../ui/useFileDrop";
import { Composer } from "./Composer";
import { openWindow } from "./store/load";
import { sendFile } from "./store/outbox";
import { useIm, type Held } from "./store/store";
import { useTexts } from "./texts";
import { TimelineView } from "./TimelineView";
import { titleOf } from "./words";

interface Props {
  conversation: Held;
  target: number | undefined;
  sideOpen: boolean;
  onSide: () => void;
}

export function Conversation({ conversation, target, sideOpen, onSide }: Props) {
  const t = useTexts();
  const { id } = conversation;
  const held = useIm((state) => state.timelines[id] !== undefined);
  // Files dropped anywhere on the conversation are sent to it.
  const { over, ...drop } = useFileDrop((transfer) => [...transfer.files].forEach((file) => sendFile(id, file)));
  useEffect(() => {
    void openWindow(id, target);
  }, [id, target, held]);
  return (
    <div className="conversation" {...drop}>
      <Head conversation={conversation} sideOpen={sideOpen} onSide={onSide} />
      <TimelineView key={target} conversation={conversation} target={target} />
      <Composer conversation={conversation} />
      {over ? (
        <div className="drop-over">
          <Icon name="clip" />
          {t.dropHere}
        </div>
      ) : null}
    </div>
  );
}

function Head({ conversation, sideOpen, onSide }: Pick<Props, "conversation" | "sideOpen" | "onSide">) {
  const t = useTexts();
  const phone = usePhone();
  const badge = useLive((state) => state.badge);
  const title = titleOf(conversation, t);
  return (
    <header className="pane-head">
      {phone ? (
        <Link className="btn btn-icon touch back" href={paths.messages()} aria-label={t.backToList}>
          <Icon name="left" />
          {badge > 0 ? <span className="badge">{badge > 99 ? "99+" : badge}</span> : null}
        </Link>
      ) : null}
      <div className="stack gap-0 grow">
        <h1 className="pane-title truncate">{title}</h1>
        {conversation.kind === "group" ? <span className="meta">{t.people(conversation.members)}</span> : null}
      </div>
      <div className="btns end gap-4">
        <IconButton icon="panel" label={t.details} on={sideOpen} aria-pressed={sideOpen} onClick={onSide} />
      </div>
    </header>
  );
}
