import { Link } from "wouter";
import { workLine } from "../../api/pickPeople";
import type { ConversationHit, FileHit, Hit, MessageHit, PeopleHit } from "../../api/types";
import { useFormat } from "../../i18n/format";
import { paths } from "../../lib/paths";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { FileIcon } from "../../ui/FileIcon";
import { usePhone } from "../../lib/react";
import { fromFirstMark, Mark } from "../../ui/Mark";
import { useTexts } from "./texts";

/** Where a hit leads. */
export function placeOf(hit: Hit): string {
  switch (hit.kind) {
    case "people":
      return paths.person(hit.person.uid);
    case "conversations":
      return paths.conversation(hit.conversation.id);
    case "messages":
      return paths.message(hit.message.conversation, hit.message.seq);
    case "files":
      if (hit.conversation) return paths.conversation(hit.conversation);
      return hit.node.kind === "folder" ? paths.node(hit.node.id) : hit.node.parent ? paths.node(hit.node.parent, hit.node.id) : paths.node(hit.node.id);
  }
}

export function keyOf(hit: Hit): string {
  switch (hit.kind) {
    case "people":
      return `p-${hit.person.uid}`;
    case "conversations":
      return `c-${hit.conversation.id}`;
    case "messages":
      return `m-${hit.message.conversation}-${hit.message.seq}`;
    case "files":
      return `f-${hit.node.id}`;
  }
}

interface Props {
  hit: Hit;
  on?: boolean;
  id?: string;
  onPick?: () => void;
}

/** One hit, the same in the palette and on the page. */
export function HitRow({ hit, on, id, onPick }: Props) {
  return (
    <Link
      id={id}
      className={`row p-row${hit.kind === "people" ? "" : " slim"}${on ? " is-on" : ""}`}
      href={placeOf(hit)}
      data-row=""
      role={id ? "option" : undefined}
      aria-selected={id ? (on ?? false) : undefined}
      tabIndex={id ? -1 : undefined}
      onClick={onPick}
    >
      <Inside hit={hit} />
    </Link>
  );
}

function Inside({ hit }: { hit: Hit }) {
  switch (hit.kind) {
    case "people":
      return <PersonInside hit={hit} />;
    case "conversations":
      return <ConversationInside hit={hit} />;
    case "messages":
      return <MessageInside hit={hit} />;
    case "files":
      return <FileInside hit={hit} />;
  }
}

function PersonInside({ hit: { person, matched } }: { hit: PeopleHit }) {
  const byName = matched.field === "name";
  const shown = matched.field === "uid" ? person.uid : (person.pinyin ?? "");
  return (
    <>
      <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} size={32} off={person.state === "frozen"} />
      <span className="row-main">
        <span className="row-title">
          <span>{byName ? <Mark text={person.name} ranges={matched.ranges} /> : person.name}</span>
          {!byName && shown ? (
            <span className="py">
              <Mark text={shown} ranges={matched.ranges} />
            </span>
          ) : null}
        </span>
        <span className="row-sub">{workLine(person) || person.uid}</span>
      </span>
    </>
  );
}

function ConversationInside({ hit: { conversation, ranges } }: { hit: ConversationHit }) {
  const t = useTexts();
  const title = conversation.title || conversation.peer?.name || t.untitled;
  return (
    <>
      <Avatar name={title} picture={pictureOf(conversation.peer)} hue={conversation.peer?.avatar_hue} seed={conversation.peer?.id ?? conversation.id} size={32} group={conversation.kind === "group"} />
      <span className="row-main">
        <span className="row-title">
          <span>
            <Mark text={title} ranges={ranges} />
          </span>
        </span>
        {conversation.members ? <span className="row-sub">{t.people(conversation.members)}</span> : null}
      </span>
    </>
  );
}

/** Characters shown before the first mark of a line. */
const useLead = () => (usePhone() ? 6 : 32);

function MessageInside({ hit }: { hit: MessageHit }) {
  const format = useFormat();
  const lead = useLead();
  const { sender, at } = hit.message;
  return (
    <>
      <Avatar name={sender.name} picture={pictureOf(sender)} hue={sender.avatar_hue} seed={sender.id} size={32} />
      <span className="row-main">
        <span className="row-title">
          <span className="m">
            <Mark {...fromFirstMark(hit.snippet.text, hit.snippet.ranges, lead)} />
          </span>
        </span>
        <span className="row-sub">{[...new Set([sender.name, hit.conversation_title].filter(Boolean))].join(" · ")}</span>
      </span>
      <span className="p-end meta num">{format.near(at)}</span>
    </>
  );
}

function FileInside({ hit: { node, path, ranges, snippet } }: { hit: FileHit }) {
  const format = useFormat();
  const lead = useLead();
  const place = path.filter((one) => one.id !== node.id).map((one) => one.name).join(" / ");
  return (
    <>
      <FileIcon name={node.name} folder={node.kind === "folder"} />
      <span className="row-main">
        <span className="row-title">
          <span>
            <Mark text={node.name} ranges={ranges} />
          </span>
          <span className="meta truncate">{place}</span>
        </span>
        <span className="row-sub">{snippet?.text ? <Mark {...fromFirstMark(snippet.text, snippet.ranges, lead)} /> : [node.changed_by?.name, format.size(node.size)].filter(Boolean).join(" · ")}</span>
      </span>
      <span className="p-end meta num">{format.near(node.changed_at)}</span>
    </>
  );
}
