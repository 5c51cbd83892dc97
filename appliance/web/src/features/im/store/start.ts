import { offerHurry } from "../../../api/live";
import { keys, queries } from "../../../api/query";
import { Realtime } from "../../../api/ws/realtime";
import type { PersonRef } from "../../../api/types";
import { applyEvent, applyTyping } from "./apply";
import { restoreDrafts } from "./drafts";
import { loadEverything, loadFailed } from "./load";
import { acknowledged, flush, refusedFrame, restore, sendOver } from "./outbox";
import { flushReads, forgetReads } from "./reads";
import { forget, im, useIm } from "./store";

const FALLBACK_MILLISECONDS = 2000;
const LOOK_AGAIN_MILLISECONDS = 400;

let running: Realtime | null = null;

/** Begins to listen for one person; the answer ends it. */
export function startMessages(person: PersonRef): () => void {
  useIm.setState({ person });
  const realtime = new Realtime({
    ready: () => {
      loadFailed();
      flush();
      void flushReads();
    },
    event: (event) => {
      if (event.kind === "drive") lookAtDriveAgain();
      else applyEvent(event);
    },
    ack: acknowledged,
    nack: refusedFrame,
    typing: applyTyping,
    reset: loadEverything,
  });
  running = realtime;
  offerHurry(realtime.hurry, realtime.hasten);
  sendOver(realtime);
  void Promise.all([restore(), restoreDrafts()]).finally(() => realtime.start());
  // Where the socket does not open, the list is shown all the same.
  const fallback = window.setTimeout(() => {
    if (!im().ready) void loadEverything().catch(() => undefined);
  }, FALLBACK_MILLISECONDS);
  return () => {
    window.clearTimeout(fallback);
    realtime.stop();
    running = null;
    sendOver(null);
    forgetReads();
    forget();
  };
}

// Many changes may come at once, as when somebody uploads a folder: look once.
let looking: number | undefined;
function lookAtDriveAgain(): void {
  looking ??= window.setTimeout(() => {
    looking = undefined;
    void queries.invalidateQueries({ queryKey: keys.allChildren });
  }, LOOK_AGAIN_MILLISECONDS);
}

const TYPING_EVERY_MILLISECONDS = 3000;
let toldAt = 0;

/** Tells the others, at most once in three seconds. */
export function tellTyping(conversation: string): void {
  const now = Date.now();
  if (now - toldAt < TYPING_EVERY_MILLISECONDS) return;
  if (running?.send({ t: "typing", conv: conversation })) toldAt = now;
}
