// Changes of the log, applied to the store. Each may come twice or late: applying it again changes nothing.

import { showUnread } from "../../../api/live";
import { keys, queries } from "../../../api/query";
import type { ConversationChange, Message, PersonRef } from "../../../api/types";
import { contains, union, type Interval } from "../../../lib/intervals";
import { fetchConversation, loadNewer } from "./load";
import { settled } from "./outbox";
import { arrived, isRead, markedRead } from "./readState";
import { dropConversation, im, newestOf, ownId, putConversation, putTimeline, timelineOf, unreadOf, useIm, weightOf, type Held } from "./store";
import { received } from "./timeline";

export function applyEvent(event: ConversationChange): void {
  const id = event.conversation;
  if (event.message) applyMessage(event.message);
  if (event.kind === "read" && event.person && event.ranges) applyRead(id, event.person, event.ranges);
  if (event.kind === "own" && event.own) applyOwn(id, event.own);
  if (event.kind === "conversation" || event.kind === "members") {
    void fetchConversation(id);
    void queries.invalidateQueries({ queryKey: keys.members(id) });
  }
}

export function applyMessage(message: Message): void {
  const id = message.conversation;
  if (message.cid) settled(id, message.cid);
  stopTyping(id, message.sender);
  const conversation = im().conversations[id];
  if (conversation) {
    const own = message.sender.id === ownId();
    const head = Math.max(conversation.head_seq, message.seq);
    const last = newestOf(conversation.last, message);
    putConversation(
      withMentions(
        { ...conversation, head_seq: head, ...(last ? { last } : {}), reading: arrived(conversation.reading, message.seq, own) },
        [message],
      ),
    );
  } else {
    void fetchConversation(id);
  }
  const answer = received(timelineOf(id), message);
  if (im().timelines[id]) putTimeline(id, answer.timeline);
  if (answer.gap) void loadNewer(id);
  refreshBadge();
}

/** Loaded messages tell whose they are, and whom they name. */
export function learn(id: string, messages: readonly Message[]): void {
  const conversation = im().conversations[id];
  if (!conversation) return;
  let reading = conversation.reading;
  for (const message of messages) reading = arrived(reading, message.seq, message.sender.id === ownId());
  putConversation(withMentions({ ...conversation, reading }, messages));
  refreshBadge();
}

export function applyRead(id: string, person: string, ranges: readonly Interval[]): void {
  const conversation = im().conversations[id];
  if (!conversation) return;
  if (person === ownId()) {
    const reading = markedRead(conversation.reading, ranges);
    putConversation({ ...conversation, reading, mentions: conversation.mentions.filter((seq) => !isRead(reading, seq)) });
    // Another device read messages that we never saw: only the server knows which of them were our own.
    if (reading.unknownOwn > 0) void fetchConversation(id);
    refreshBadge();
    return;
  }
  countReader(conversation, person, ranges);
}

const counted = new Map<string, Interval[]>();

function countReader(conversation: Held, person: string, ranges: readonly Interval[]): void {
  const key = `${conversation.id}/${person}`;
  const before = counted.get(key) ?? [];
  counted.set(key, union(before, ranges));
  const timeline = im().timelines[conversation.id];
  if (!timeline) return;
  const most = Math.max(0, conversation.members - 1);
  const messages = timeline.messages.map((message) => {
    const isNew = contains(ranges, message.seq) && !contains(before, message.seq);
    if (!isNew || message.sender.id === person || message.reads >= most) return message;
    return { ...message, reads: message.reads + 1 };
  });
  putTimeline(conversation.id, { ...timeline, messages });
}

function applyOwn(id: string, own: NonNullable<ConversationChange["own"]>): void {
  if (own.change === "left") {
    dropConversation(id);
    refreshBadge();
    return;
  }
  const conversation = im().conversations[id];
  if (conversation) putConversation({ ...conversation, muted: own.muted, pinned: own.pinned });
  refreshBadge();
}

function withMentions(conversation: Held, messages: readonly Message[]): Held {
  const name = im().person?.name;
  if (!name || conversation.kind === "direct") return conversation;
  const seqs = new Set(conversation.mentions);
  for (const message of messages) {
    const names = message.body?.type === "text" && mentions(message.body.text, name);
    const open = message.sender.id !== ownId() && !message.recalled && !isRead(conversation.reading, message.seq);
    if (names && open) seqs.add(message.seq);
    else seqs.delete(message.seq);
  }
  return { ...conversation, mentions: [...seqs].filter((seq) => !isRead(conversation.reading, seq)) };
}

export const mentions = (text: string, name: string): boolean =>
  text.includes(`@${name}`) || text.includes("@所有人") || text.toLowerCase().includes("@all");

const TYPING_MILLISECONDS = 6000;

export function applyTyping(id: string, person: PersonRef): void {
  if (person.id === ownId()) return;
  const now = Date.now();
  useIm.setState(({ typing }) => {
    const others = (typing[id] ?? []).filter((one) => one.person.id !== person.id && one.until > now);
    return { typing: { ...typing, [id]: [...others, { person, until: now + TYPING_MILLISECONDS }] } };
  });
  window.setTimeout(() => {
    useIm.setState(({ typing }) => ({
      typing: { ...typing, [id]: (typing[id] ?? []).filter((one) => one.until > Date.now()) },
    }));
  }, TYPING_MILLISECONDS + 50);
}

function stopTyping(id: string, sender: PersonRef): void {
  const now = im().typing[id];
  if (!now?.some((one) => one.person.id === sender.id)) return;
  useIm.setState(({ typing }) => ({ typing: { ...typing, [id]: now.filter((one) => one.person.id !== sender.id) } }));
}

/** The number on the rail: computed from all conversations, every time. */
export function refreshBadge(): void {
  let red = 0;
  let dot = false;
  for (const conversation of Object.values(im().conversations)) {
    const weight = weightOf(conversation);
    if (weight === "red") red += conversation.kind === "direct" ? unreadOf(conversation) : conversation.mentions.length;
    else if (weight === "grey" && !conversation.muted) dot = true;
  }
  showUnread(red, dot);
}

