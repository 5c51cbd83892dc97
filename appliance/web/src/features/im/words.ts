import type { Body, Message } from "../../api/types";
import type { Shape } from "../../i18n/t";
import type { zh } from "./messages.zh-CN";
import type { Held } from "./store/store";

type Texts = Shape<typeof zh>;
const SHOWN_NAMES = 5;

export function titleOf(conversation: Pick<Held, "kind" | "title" | "peer">, t: Texts): string {
  if (conversation.kind === "direct") return conversation.peer?.name ?? t.untitled;
  return conversation.title || t.untitled;
}

/** The hue seed of a conversation: a person has their own, a group gets one from its id. */
export const hueOfConversation = (conversation: Held): { hue: number | undefined; seed: string } => ({
  hue: conversation.peer?.avatar_hue,
  seed: conversation.peer?.id ?? conversation.id,
});

/** One line for the list. */
export function lastLine(message: Message, ownId: string, direct: boolean, t: Texts): string {
  const own = message.sender.id === ownId;
  if (message.shredded) return t.shredded;
  if (message.recalled || !message.body) return own ? t.recalledYou : t.recalled(message.sender.name);
  if (message.body.type === "event") return eventLine(message.body, ownId, t);
  const text = message.body.type === "file" ? t.file(message.body.name) : message.body.text.replace(/\s+/g, " ");
  if (own) return t.by(t.you, text);
  return direct ? text : t.by(message.sender.name, text);
}

export function eventLine(body: Extract<Body, { type: "event" }>, ownId: string, t: Texts): string {
  const name = (person: { id: string; name: string }) => (person.id === ownId ? t.youAmong : person.name);
  const others = body.people.filter((person) => person.id !== body.actor.id);
  const named = (list: typeof others) => {
    const more = Math.max(list.length, (body.count ?? 0) - (body.people.length - list.length)) - Math.min(SHOWN_NAMES, list.length);
    const text = list.slice(0, SHOWN_NAMES).map(name).join(t.separator);
    return more > 0 ? `${text} +${more}` : text;
  };
  const actor = body.actor.id === ownId ? t.you : body.actor.name;
  const self = others.length === 0 && body.people.length > 0;
  switch (body.event) {
    case "created":
      return t.event.created(actor, named(others));
    case "joined":
      return self ? t.event.joinedSelf(actor) : t.event.joined(actor, named(others));
    case "left":
      return self || others.length === 0 ? t.event.left(actor) : t.event.removed(actor, named(others));
    case "renamed":
      return t.event.renamed(actor, body.title ?? "");
  }
}
