// Frames of `holdfast1.json`, text, one object each, told apart by `t`.
import type { NewBody, PersonRef, SyncEvent } from "../types";

export const SUBPROTOCOL = "holdfast1.json";

export type Outgoing =
  | { t: "hello"; dev: string; cursor: string | null }
  | { t: "send"; cid: string; conv: string; body: NewBody }
  | { t: "sync"; from: string; limit: number }
  | { t: "read"; conv: string; ranges: (readonly [number, number])[] }
  | { t: "typing"; conv: string }
  | { t: "ping" };

export interface Ack {
  t: "ack";
  cid: string;
  conv: string;
  seq: number;
  g: string;
  at: number;
  id: string;
}

export interface Nack {
  t: "nack";
  cid: string;
  problem: { code?: string; retry_seconds?: number } & Record<string, unknown>;
}

export type Incoming =
  | { t: "welcome"; person: string; server_time: number; head: string; hb?: number; limits?: Record<string, number> }
  | Ack
  | Nack
  | ({ t: "ev" } & SyncEvent)
  | { t: "page"; items: SyncEvent[]; next: string; more: boolean; reset: boolean }
  | { t: "typing"; conv: string; person: PersonRef }
  | { t: "lag"; g: string }
  | { t: "bye"; code: string; retry?: { min_ms: number; max_ms: number } }
  | { t: "pong" };

/** `g` is a decimal string of 64 bits: compared by length, then by digits. */
export function later(a: string, b: string | null): boolean {
  if (b === null) return true;
  return a.length === b.length ? a > b : a.length > b.length;
}

/** Null for what is not a frame of ours: a newer box may send kinds that this client does not know. */
export function parse(data: unknown): Incoming | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === "object" && frame !== null && "t" in frame ? (frame as Incoming) : null;
  } catch {
    return null;
  }
}
