// A window on one conversation: messages without a gap from the first to the last seq held.

import type { Message } from "../../../api/types";
import { later } from "../../../api/ws/protocol";

export interface Timeline {
  messages: readonly Message[];
  /** Nothing older exists (or may be seen). */
  atStart: boolean;
  /** The newest message is held: live ones are appended. */
  atEnd: boolean;
  loading: "older" | "newer" | "window" | null;
  /** The last load failed; the rows that are held stay. */
  failed: boolean;
}

export const emptyTimeline: Timeline = { messages: [], atStart: false, atEnd: false, loading: null, failed: false };

export const firstSeq = (timeline: Timeline): number | undefined => timeline.messages[0]?.seq;
export const lastSeq = (timeline: Timeline): number | undefined => timeline.messages.at(-1)?.seq;

/** Both lists by seq; of two versions of one message the later `g` stays. */
export function merged(held: readonly Message[], more: readonly Message[]): Message[] {
  const bySeq = new Map<number, Message>();
  for (const message of held) bySeq.set(message.seq, message);
  for (const message of more) {
    const known = bySeq.get(message.seq);
    bySeq.set(message.seq, known ? newer(known, message) : message);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

function newer(known: Message, other: Message): Message {
  // What was recalled stays recalled, whatever order the news arrive in.
  if (known.recalled && !other.recalled) return known;
  const latest = later(known.g, other.g) ? known : other;
  return { ...latest, reads: Math.max(known.reads, other.reads) };
}

export type Received = { timeline: Timeline; gap: boolean };

/** One message came in. `gap`: there are others between it and the window, which must be loaded. */
export function received(timeline: Timeline, message: Message): Received {
  const first = firstSeq(timeline);
  const last = lastSeq(timeline);
  if (first === undefined || last === undefined) {
    // An empty conversation that was loaded: its first message.
    return timeline.atEnd && timeline.atStart
      ? { timeline: { ...timeline, messages: [message] }, gap: false }
      : { timeline, gap: false };
  }
  if (message.seq >= first && message.seq <= last) {
    return { timeline: { ...timeline, messages: merged(timeline.messages, [message]) }, gap: false };
  }
  if (message.seq < first || !timeline.atEnd) return { timeline, gap: false };
  if (message.seq === last + 1) return { timeline: { ...timeline, messages: [...timeline.messages, message] }, gap: false };
  return { timeline: { ...timeline, atEnd: false }, gap: true };
}

/** A page joined to the window; a page that does not touch it replaces it. */
export function joined(timeline: Timeline, page: readonly Message[], ends: { atStart?: boolean; atEnd?: boolean }): Timeline {
  const first = firstSeq(timeline);
  const last = lastSeq(timeline);
  const pageFirst = page[0]?.seq;
  const pageLast = page.at(-1)?.seq;
  const touches =
    first === undefined ||
    last === undefined ||
    pageFirst === undefined ||
    pageLast === undefined ||
    (pageFirst <= last + 1 && pageLast >= first - 1);
  const base = touches ? timeline : { ...emptyTimeline };
  return {
    messages: merged(base.messages, page),
    atStart: ends.atStart ?? base.atStart,
    atEnd: ends.atEnd ?? base.atEnd,
    loading: null,
    failed: false,
  };
}
