import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { conversations } from "../../api/conversations";
import type { Message, MessageHit } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { useFormat } from "../../i18n/format";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Skeleton } from "../../ui/Surface";
import { placeOf } from "./HitRow";
import { useTexts } from "./texts";

const BEFORE = 3;
const SHOWN = 7;

/** The messages before and after a hit, and the way to its place. */
export function HitContext({ hit, onClose }: { hit: MessageHit; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const { conversation, seq, at } = hit.message;
  const after = Math.max(0, seq - BEFORE - 1);
  const { data } = useQuery({
    queryKey: ["around", conversation, seq],
    queryFn: () => conversations.messages(conversation, { after, limit: SHOWN }),
  });
  return (
    <aside className="pane-side sr-side" aria-label={t.context}>
      <header className="pane-head">
        <div className="stack gap-0 grow">
          <span className="strong truncate">{hit.conversation_title || t.untitled}</span>
          <span className="meta">{t.around(format.moment(at))}</span>
        </div>
        <Link className="btn btn-sm" href={placeOf(hit)}>
          <Icon name="open" size={16} />
          {t.jump}
        </Link>
        <IconButton small icon="x" label={common.close} onClick={onClose} />
      </header>
      <ul className="ctxs">
        {data ? data.items.map((message) => <Line key={message.id} message={message} on={message.seq === seq} />) : <Skeleton rows={5} label={common.loading} />}
      </ul>
    </aside>
  );
}

function Line({ message, on }: { message: Message; on: boolean }) {
  const t = useTexts();
  const format = useFormat();
  const { body } = message;
  if (body?.type === "event") return null;
  const text = !body || message.recalled ? t.recalled : body.type === "file" ? t.fileMessage(body.name) : body.text;
  return (
    <li className={on ? "ctx is-on" : "ctx"}>
      <Avatar name={message.sender.name} picture={pictureOf(message.sender)} hue={message.sender.avatar_hue} seed={message.sender.id} size={32} />
      <div className="grow">
        <div className="msg-by">
          <b>{message.sender.name}</b>
          <time>{format.time(message.at)}</time>
        </div>
        <p>{text}</p>
      </div>
    </li>
  );
}
