// Read marks. What was seen counts as read at once here; the box is told at most twice a second, and again after a
// failure, because marks only grow and repeating one changes nothing.

import { conversations } from "../../../api/conversations";
import { isProblem } from "../../../api/problems";
import { gaps, union, type Interval } from "../../../lib/intervals";
import { applyRead } from "./apply";
import { im, ownId } from "./store";

const THROTTLE_MILLISECONDS = 500;
const RETRY_MILLISECONDS = 5000;

const dirty = new Map<string, Interval[]>();
let timer: number | undefined;

/** The messages from `from` to `to` were on the screen, in front of a person. */
export function sawMessages(id: string, from: number, to: number): void {
  const conversation = im().conversations[id];
  if (!conversation || from > to) return;
  const fresh = gaps(conversation.reading.read, Math.max(from, conversation.joined_seq), to);
  if (fresh.length === 0) return;
  applyRead(id, ownId(), fresh);
  dirty.set(id, union(dirty.get(id) ?? [], fresh));
  schedule(THROTTLE_MILLISECONDS);
}

function schedule(milliseconds: number): void {
  timer ??= window.setTimeout(() => {
    timer = undefined;
    void flushReads();
  }, milliseconds);
}

export async function flushReads(): Promise<void> {
  for (const [id, ranges] of Array.from(dirty)) {
    dirty.delete(id);
    try {
      await conversations.markRead(id, ranges);
    } catch (error) {
      if (isProblem(error, "not-found") || isProblem(error, "forbidden")) continue;
      dirty.set(id, union(dirty.get(id) ?? [], ranges));
      schedule(RETRY_MILLISECONDS);
    }
  }
}

export function forgetReads(): void {
  dirty.clear();
  window.clearTimeout(timer);
  timer = undefined;
}
