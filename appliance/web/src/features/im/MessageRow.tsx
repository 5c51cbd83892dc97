import { memo, useState, type ReactNode } from "react";
import { attachmentAddress, conversations } from "../../api/conversations";
import { asProblem } from "../../api/problems";
import type { Body, Message } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { useFormat } from "../../i18n/format";
import { sentence, useProblems } from "../../i18n/problems";
import { toDate, useMinute } from "../../lib/clock";
import { newId } from "../../lib/ids";
import { pieces } from "../../lib/links";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Button, IconButton } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { FileIcon } from "../../ui/FileIcon";
import { Icon } from "../../ui/Icon";
import { toast } from "../../ui/Toast";
import { Readers } from "./Readers";
import type { Row } from "./rows";
import { applyMessage } from "./store/apply";
import { discard, retry } from "./store/outbox";
import { im, ownId, type Pending } from "./store/store";
import { useTexts } from "./texts";
import { eventLine } from "./words";

/** The sender may recall for so long; the server has the last word. */
const RECALL_MILLISECONDS = 24 * 3_600_000;

interface Props {
  row: Row;
  conversation: string;
  direct: boolean;
  others: number;
  beginning: boolean;
  targeted: boolean;
}

export const MessageRow = memo(function MessageRow(props: Props) {
  const { row } = props;
  return (
    <div className={`msg${row.first ? " msg-first" : ""}${props.targeted ? " msg-target" : ""}`}>
      <Above row={row} beginning={props.beginning} />
      {row.message ? <Sent {...props} message={row.message} /> : row.pending ? <OnItsWay row={row} pending={row.pending} /> : null}
    </div>
  );
});

function Above({ row, beginning }: { row: Row; beginning: boolean }) {
  const t = useTexts();
  const format = useFormat();
  useMinute();
  const at = row.message?.at ?? row.pending?.at ?? 0;
  return (
    <>
      {beginning ? <p className="msg-begin meta">{t.beginning}</p> : null}
      {row.day ? (
        <div className="day">
          <span>{format.day(at)}</span>
        </div>
      ) : null}
      {row.fresh ? (
        <div className="unread">
          <span>{t.newMessages}</span>
        </div>
      ) : null}
    </>
  );
}

function Sent({ row, message, conversation, direct, others }: Props & { message: Message }) {
  const t = useTexts();
  const own = message.sender.id === ownId();
  if (message.shredded) return <p className="msg-note meta">{t.shredded}</p>;
  if (message.recalled || !message.body) return <p className="msg-note meta">{own ? t.recalledYou : t.recalled(message.sender.name)}</p>;
  if (message.body.type === "event") return <p className="msg-note meta">{eventLine(message.body, ownId(), t)}</p>;
  return (
    <Shell first={row.first} name={message.sender.name} picture={pictureOf(message.sender)} hue={message.sender.avatar_hue} seed={message.sender.id} at={message.at}>
      <Content body={message.body} own={own} conversation={conversation} />
      {own && row.last ? <Receipt message={message} direct={direct} others={others} /> : null}
      <Tools message={message} own={own} />
    </Shell>
  );
}

function Shell(props: { first: boolean; name: string; picture: string | undefined; hue: number | undefined; seed: string; at: number; children: ReactNode }) {
  const format = useFormat();
  return (
    <article className="msg-row">
      {props.first ? <Avatar name={props.name} picture={props.picture} hue={props.hue} seed={props.seed} size={32} /> : <span className="msg-gutter">{format.time(props.at)}</span>}
      <div className="msg-col">
        {props.first ? (
          <header className="msg-by">
            <b>{props.name}</b>
            <time dateTime={toDate(props.at).toISOString()}>{format.time(props.at)}</time>
          </header>
        ) : (
          <span className="sr-only">{props.name}</span>
        )}
        {props.children}
      </div>
    </article>
  );
}

function Content({ body, own, conversation }: { body: Exclude<Body, { type: "event" }>; own: boolean; conversation: string }) {
  if (body.type === "text") {
    return (
      <p className={own ? "bubble mine" : "bubble"}>
        <Text text={body.text} />
      </p>
    );
  }
  return <FileCard body={body} conversation={conversation} />;
}

const PICTURES = /^image\/(?:png|jpeg|gif|webp)$/;
const PICTURE_BYTES = 8 * 1024 * 1024;

function FileCard({ body, conversation }: { body: Extract<Body, { type: "file" }>; conversation: string }) {
  const t = useTexts();
  const format = useFormat();
  const [broken, setBroken] = useState(false);
  const address = attachmentAddress(conversation, body.node);
  const picture = !broken && PICTURES.test(body.media ?? "") && body.size <= PICTURE_BYTES;
  if (picture) {
    return (
      <a className="shot" href={address} download={body.name} title={body.name}>
        <img src={address} alt={body.name} width={240} height={160} loading="lazy" onError={() => setBroken(true)} />
      </a>
    );
  }
  return (
    <a className="fcard" href={address} download={body.name}>
      <span className="sr-only">{t.download}</span>
      <FileIcon name={body.name} size={40} />
      <span className="fcard-main">
        <b>{body.name}</b>
        <span>{format.size(body.size)}</span>
      </span>
      <span className="btn btn-icon btn-sm" aria-hidden="true">
        <Icon name="download" />
      </span>
    </a>
  );
}

/** Text with links and mentions of this person; elements, never HTML. */
function Text({ text }: { text: string }) {
  let at = 0;
  return (
    <>
      {pieces(text).map((piece) => {
        const key = at;
        at += piece.text.length;
        return piece.kind === "link" ? (
          <a key={key} className="link" href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ) : (
          <Mentions key={key} text={piece.text} />
        );
      })}
    </>
  );
}

function Mentions({ text }: { text: string }) {
  const name = im().person?.name;
  const names = [name && `@${name}`, "@所有人", "@all"].filter((one): one is string => Boolean(one));
  const parts = text.split(new RegExp(`(${names.map(escaped).join("|")})`, "u"));
  let at = 0;
  return (
    <>
      {parts.map((part) => {
        const key = at;
        at += part.length + 1;
        return names.includes(part) ? (
          <span key={key} className="at">
            {part}
          </span>
        ) : (
          part
        );
      })}
    </>
  );
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function Receipt({ message, direct, others }: { message: Message; direct: boolean; others: number }) {
  const t = useTexts();
  const unread = Math.max(0, others - message.reads);
  if (direct) {
    return (
      <span className="receipt">
        <Icon name={message.reads > 0 ? "check-check" : "check"} size={16} />
        {message.reads > 0 ? t.readOne : t.sent}
      </span>
    );
  }
  return (
    <Readers message={message}>
      <button type="button" className="receipt">
        <Icon name={message.reads > 0 ? "check-check" : "check"} size={16} />
        {message.reads > 0 ? t.read(message.reads) : t.sent}
        {unread > 0 ? (
          <>
            <span aria-hidden="true">·</span>
            <span className="link">{t.notRead(unread)}</span>
          </>
        ) : null}
      </button>
    </Readers>
  );
}

function Tools({ message, own }: { message: Message; own: boolean }) {
  const t = useTexts();
  const [recalling, setRecalling] = useState(false);
  const text = message.body?.type === "text" ? message.body.text : null;
  const recallable = own && Date.now() - toDate(message.at).getTime() < RECALL_MILLISECONDS;
  if (text === null && !recallable) return null;
  return (
    <div className="msg-tools">
      {text === null ? null : <IconButton small icon="copy" label={t.copy} onClick={() => void copy(text, t.copied)} />}
      {recallable ? <IconButton small icon="history" label={t.recall} onClick={() => setRecalling(true)} /> : null}
      {recalling ? <Recall message={message} onClose={() => setRecalling(false)} /> : null}
    </div>
  );
}

function Recall({ message, onClose }: { message: Message; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const problems = useProblems();
  const recall = async () => {
    try {
      applyMessage(await conversations.recall(message.conversation, message.seq, newId()));
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
      throw error;
    }
  };
  return (
    <Confirm open danger title={t.recallTitle} act={t.recall} cancel={common.cancel} onClose={onClose} onConfirm={recall}>
      {t.recallText}
    </Confirm>
  );
}

async function copy(text: string, done: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  toast(done, "ok");
}

function OnItsWay({ row, pending }: { row: Row; pending: Pending }) {
  const format = useFormat();
  const person = im().person;
  const { body } = pending;
  return (
    <Shell first={row.first} name={person?.name ?? ""} picture={pictureOf(person)} hue={person?.avatar_hue} seed={person?.id ?? ""} at={pending.at}>
      {body.type === "text" ? (
        <p className={`bubble mine${pending.state === "failed" ? " is-failed" : ""}`}>
          <Text text={body.text} />
        </p>
      ) : (
        <div className="fcard">
          <FileIcon name={body.name} size={40} />
          <span className="fcard-main">
            <b>{body.name}</b>
            <span>{format.size(body.size)}</span>
            {pending.state === "uploading" ? <progress className="progress" value={pending.sent ?? 0} max={Math.max(1, body.size)} /> : null}
          </span>
        </div>
      )}
      <Delivery pending={pending} />
    </Shell>
  );
}

function Delivery({ pending }: { pending: Pending }) {
  const t = useTexts();
  const problems = useProblems();
  if (pending.state === "failed") {
    return (
      <span className="receipt receipt-bad" role="alert">
        <Icon name="alert-circle" size={16} />
        <span>
          {t.failed}
          {pending.problem ? ` · ${problems.codes[pending.problem]}` : ""}
        </span>
        <Button small look="link" onClick={() => retry(pending.conversation, pending.cid)}>
          {t.retry}
        </Button>
        <Button small look="link" onClick={() => discard(pending.conversation, pending.cid)}>
          {t.discard}
        </Button>
      </span>
    );
  }
  const size = pending.body.type === "upload" ? Math.max(1, pending.body.size) : 1;
  const text =
    pending.state === "uploading" ? t.uploading(Math.floor(((pending.sent ?? 0) / size) * 100)) : pending.state === "sending" ? t.sending : t.waiting;
  return (
    <span className="receipt" role="status">
      <Icon name="clock" size={16} />
      {text}
      {pending.state === "uploading" ? (
        <Button small look="link" onClick={() => discard(pending.conversation, pending.cid)}>
          {t.discard}
        </Button>
      ) : null}
    </span>
  );
}
