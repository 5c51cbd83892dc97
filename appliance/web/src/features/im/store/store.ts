import { create } from "zustand";
import type { ProblemCode } from "../../../api/problems";
import type { Conversation, Message, NewBody, PersonRef } from "../../../api/types";
import { emptyTimeline, type Timeline } from "./timeline";
import { fromServer, unread, type ReadState } from "./readState";

// Everything that this client holds of conversations. Acts live beside it (apply.ts, load.ts, outbox.ts, reads.ts);
// components only read.

export interface Held extends Conversation {
  reading: ReadState;
  /** Unread messages that name this person. */
  mentions: number[];
}

/** A message on its way out. It survives a reload; the client id makes sending it again harmless. */
export interface Pending {
  cid: string;
  conversation: string;
  person: string;
  at: number;
  body: NewBody | { type: "upload"; name: string; size: number };
  state: "waiting" | "sending" | "uploading" | "failed";
  sent?: number;
  problem?: ProblemCode;
}

export interface Typist {
  person: PersonRef;
  until: number;
}

interface ImState {
  /** The person whose conversations these are. */
  person: PersonRef | null;
  ready: boolean;
  failed: boolean;
  conversations: Readonly<Record<string, Held>>;
  timelines: Readonly<Record<string, Timeline>>;
  pending: Readonly<Record<string, readonly Pending[]>>;
  drafts: Readonly<Record<string, string>>;
  typing: Readonly<Record<string, readonly Typist[]>>;
}

const nothing: ImState = {
  person: null,
  ready: false,
  failed: false,
  conversations: {},
  timelines: {},
  pending: {},
  drafts: {},
  typing: {},
};

export const useIm = create<ImState>(() => nothing);
export const im = useIm.getState;
export const forget = (): void => useIm.setState(nothing, true);

export const ownId = (): string => im().person?.id ?? "";
export const timelineOf = (id: string): Timeline => im().timelines[id] ?? emptyTimeline;

export function putTimeline(id: string, timeline: Timeline): void {
  useIm.setState(({ timelines }) => ({ timelines: { ...timelines, [id]: timeline } }));
}

export function dropTimeline(id: string): void {
  useIm.setState(({ timelines }) => {
    const { [id]: _, ...rest } = timelines;
    return { timelines: rest };
  });
}

export function putConversation(conversation: Held): void {
  useIm.setState(({ conversations }) => ({ conversations: { ...conversations, [conversation.id]: conversation } }));
}

export function dropConversation(id: string): void {
  useIm.setState(({ conversations }) => {
    const { [id]: _, ...rest } = conversations;
    return { conversations: rest };
  });
  dropTimeline(id);
}

/** A conversation as the server gave it, joined with what we know. */
export function held(conversation: Conversation): Held {
  const before = im().conversations[conversation.id];
  const last = newestOf(before?.last, conversation.last);
  const reading = fromServer(conversation, before?.reading);
  return { ...conversation, ...(last ? { last } : {}), reading, mentions: before?.mentions ?? [] };
}

export function newestOf(a: Message | null | undefined, b: Message | null | undefined): Message | null {
  if (!a || !b) return a ?? b ?? null;
  if (a.seq !== b.seq) return a.seq > b.seq ? a : b;
  return a.recalled ? a : b;
}

export const unreadOf = (conversation: Held): number => unread(conversation.reading);

/** Red: direct messages and mentions, never muted ones. Grey: anything else that is unread. */
export type Weight = "red" | "grey" | "none";

export function weightOf(conversation: Held): Weight {
  if (unreadOf(conversation) === 0) return "none";
  if (conversation.muted) return "grey";
  return conversation.kind === "direct" || conversation.mentions.length > 0 ? "red" : "grey";
}

/** Pinned first, then by the last thing that happened. */
export function ordered(conversations: Readonly<Record<string, Held>>): Held[] {
  return Object.values(conversations).sort((a, b) => Number(b.pinned) - Number(a.pinned) || movedAt(b) - movedAt(a));
}

export const movedAt = (conversation: Held): number => conversation.last?.at ?? conversation.created_at;
