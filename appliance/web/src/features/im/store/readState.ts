// Unread is a function of what exists and what was read, never a counter: it cannot drift.

import { contains, countWithin, firstGap, union, type Interval } from "../../../lib/intervals";
import type { Conversation } from "../../../api/types";

export interface ReadState {
  joined: number;
  head: number;
  read: Interval[];
  /** One's own messages, as far as they are known: they never count as unread. */
  own: Interval[];
  /** How far the server's count reached. */
  countedHead: number;
  /** Own messages up to `countedHead` that the server left out of its count and that we have not seen yet. */
  unknownOwn: number;
}

export function fromServer(conversation: Pick<Conversation, "joined_seq" | "head_seq" | "read" | "unread">, before?: ReadState): ReadState {
  const known: ReadState = {
    joined: conversation.joined_seq,
    head: conversation.head_seq,
    // What was read stays read: an older snapshot must not bring a badge back.
    read: union(conversation.read, before?.read ?? []),
    own: before?.own ?? [],
    countedHead: conversation.head_seq,
    unknownOwn: 0,
  };
  const asTheServerSawIt = { ...known, read: union(conversation.read, []) };
  const unknownOwn = Math.max(0, uncounted(asTheServerSawIt) - conversation.unread);
  const merged = { ...known, unknownOwn };
  return before && before.head > merged.head ? { ...merged, head: before.head } : merged;
}

export function unread(state: ReadState): number {
  return Math.max(0, uncounted(state) - Math.min(state.unknownOwn, uncountedUpTo(state, state.countedHead)));
}

/** A message exists. */
export function arrived(state: ReadState, seq: number, own: boolean): ReadState {
  const grown = seq > state.head ? { ...state, head: seq } : state;
  return own ? learnedOwn(grown, seq) : grown;
}

export function markedRead(state: ReadState, ranges: readonly Interval[]): ReadState {
  return { ...state, read: union(state.read, ranges) };
}

/** The first message that would be new to the reader, or null. */
export function firstUnread(state: ReadState): number | null {
  if (unread(state) === 0) return null;
  return firstGap(union(state.read, state.own), state.joined + 1, state.head);
}

export const isRead = (state: ReadState, seq: number): boolean => contains(state.read, seq);

function learnedOwn(state: ReadState, seq: number): ReadState {
  if (contains(state.own, seq)) return state;
  const wasUnknown = seq <= state.countedHead && seq > state.joined && !contains(state.read, seq);
  return {
    ...state,
    own: union(state.own, [[seq, seq]]),
    unknownOwn: wasUnknown ? Math.max(0, state.unknownOwn - 1) : state.unknownOwn,
  };
}

const uncounted = (state: ReadState): number => uncountedUpTo(state, state.head);

function uncountedUpTo(state: ReadState, head: number): number {
  const covered = union(state.read, state.own);
  return Math.max(0, head - state.joined) - countWithin(covered, state.joined + 1, head);
}
