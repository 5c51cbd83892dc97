// Messages on their way out. They lie in IndexedDB until the box has acknowledged them, and go out again after a
// reload or a lost connection; the client id makes the box take each exactly once.

import { attachmentDoor, conversations } from "../../../api/conversations";
import { sendBytes } from "../../../api/bytes";
import { asProblem, problemFrom, type Problem, type ProblemCode } from "../../../api/problems";
import type { Attachment, Body, Message, NewBody } from "../../../api/types";
import type { Ack, Nack } from "../../../api/ws/protocol";
import type { Realtime } from "../../../api/ws/realtime";
import { idb } from "../../../lib/idb";
import { newId } from "../../../lib/ids";
import { applyMessage } from "./apply";
import { im, ownId, useIm, type Pending } from "./store";

type Stored = Pending & { file?: File };

/** No acknowledgement for so long: the same message goes out again, over HTTP. */
const ACK_MILLISECONDS = 12_000;
const FIRST_RETRY_MILLISECONDS = 2000;
/** The box will take these later; anything else is for the person to decide. */
const PASSING: readonly ProblemCode[] = ["offline", "busy", "rate-limited", "not-ready", "sealed", "internal", "not-signed-in"];

let realtime: Realtime | null = null;
const files = new Map<string, File>();
const stops = new Map<string, AbortController>();
const timers = new Map<string, number>();
const uploading = new Map<string, Promise<void>>();

export function sendOver(connection: Realtime | null): void {
  realtime = connection;
}

export function sendText(conversation: string, text: string): void {
  add({ conversation, body: { type: "text", text }, state: "waiting" });
}

export function sendFile(conversation: string, file: File): void {
  const cid = newId();
  files.set(cid, file);
  add({ cid, conversation, body: { type: "upload", name: file.name, size: file.size }, state: "uploading", sent: 0 });
}

function add(message: Partial<Stored> & Pick<Stored, "conversation" | "body" | "state">): void {
  const pending: Pending = { cid: newId(), person: ownId(), at: nextInstant(), ...message };
  put(pending);
  go(pending);
}

// Two messages of one millisecond keep their order, also when they come back out of IndexedDB.
let lastInstant = 0;
function nextInstant(): number {
  lastInstant = Math.max(Date.now() * 1000, lastInstant + 1);
  return lastInstant;
}

/** What a former page of this browser left behind. */
export async function restore(): Promise<void> {
  const stored = await idb.all<Stored>("outbox").catch(() => []);
  for (const { file, ...pending } of stored.sort((a, b) => a.at - b.at)) {
    if (pending.person !== ownId()) {
      await idb.remove("outbox", pending.cid).catch(() => undefined);
      continue;
    }
    if (file) files.set(pending.cid, file);
    show({ ...pending, state: pending.state === "failed" ? "failed" : "waiting" });
  }
}

/** Connected again: everything that waits goes out, oldest first. */
export function flush(): void {
  for (const list of Object.values(im().pending)) {
    for (const pending of list) if (pending.state !== "failed" && !stops.has(pending.cid)) go(pending);
  }
}

export function retry(conversation: string, cid: string): void {
  const pending = find(conversation, cid);
  if (!pending) return;
  const { problem: _, ...rest } = pending;
  const again: Pending = { ...rest, state: "waiting" };
  put(again);
  go(again);
}

/** The person gave up on it. */
export function discard(conversation: string, cid: string): void {
  stops.get(cid)?.abort();
  settled(conversation, cid);
}

/** The box has it: acknowledged, or seen as a message. */
export function settled(conversation: string, cid: string): void {
  window.clearTimeout(timers.get(cid));
  timers.delete(cid);
  files.delete(cid);
  if (!find(conversation, cid)) return;
  useIm.setState(({ pending }) => ({
    pending: { ...pending, [conversation]: (pending[conversation] ?? []).filter((one) => one.cid !== cid) },
  }));
  void idb.remove("outbox", cid).catch(() => undefined);
}

export function acknowledged(ack: Ack): void {
  const pending = find(ack.conv, ack.cid);
  const person = im().person;
  if (!pending || pending.body.type === "upload" || !person) return;
  applyMessage({ id: ack.id, conversation: ack.conv, seq: ack.seq, g: ack.g, at: ack.at, sender: person, cid: ack.cid, body: asShown(pending.body), reads: 0 });
}

/** As it will come back: what one may leave out stands there. */
const asShown = (body: NewBody): Body => (body.type === "file" ? { ...body, media: body.media ?? "application/octet-stream" } : body);

export function refusedFrame(nack: Nack): void {
  for (const list of Object.values(im().pending)) {
    const pending = list.find((one) => one.cid === nack.cid);
    if (pending) refused(pending, problemFrom(0, nack.problem));
  }
}

function go(pending: Pending): void {
  if (pending.body.type !== "upload") {
    transmit(pending, pending.body);
    return;
  }
  // Files of one conversation go one after the other: they shall stand there in the order in which they were chosen.
  const before = uploading.get(pending.conversation) ?? Promise.resolve();
  uploading.set(pending.conversation, before.then(() => (find(pending.conversation, pending.cid) ? upload(pending) : undefined)));
}

function transmit(pending: Pending, body: NewBody): void {
  // Shown before it goes: the acknowledgement may be there before `send` returns.
  show({ ...pending, state: "sending" });
  later(pending.cid, ACK_MILLISECONDS, () => void post(pending, body));
  if (realtime?.send({ t: "send", cid: pending.cid, conv: pending.conversation, body })) return;
  window.clearTimeout(timers.get(pending.cid));
  show({ ...pending, state: "waiting" });
}

async function post(pending: Pending, body: NewBody): Promise<void> {
  if (!find(pending.conversation, pending.cid)) return;
  try {
    const message: Message = await conversations.send(pending.conversation, pending.cid, body);
    applyMessage(message);
    settled(pending.conversation, pending.cid);
  } catch (error) {
    refused(pending, asProblem(error));
  }
}

async function upload(pending: Pending): Promise<void> {
  const file = files.get(pending.cid);
  if (!file) {
    put({ ...pending, state: "failed", problem: "gone" });
    return;
  }
  const stop = new AbortController();
  stops.set(pending.cid, stop);
  show({ ...pending, state: "uploading", sent: 0 });
  try {
    const attached = await sendBytes<Attachment>({
      method: "POST",
      url: attachmentDoor(pending.conversation, file.name),
      body: file,
      headers: { "content-type": file.type || "application/octet-stream", accept: "application/json" },
      onProgress: (sent) => show({ ...pending, state: "uploading", sent }),
      signal: stop.signal,
    });
    files.delete(pending.cid);
    const body: NewBody = { type: "file", node: attached.node, name: attached.name, size: attached.size, media: attached.media ?? "application/octet-stream" };
    const ready: Pending = { ...pending, body, state: "waiting" };
    put(ready);
    transmit(ready, body);
  } catch (error) {
    if (!stop.signal.aborted) refused(pending, asProblem(error));
  } finally {
    stops.delete(pending.cid);
  }
}

function refused(pending: Pending, problem: Problem): void {
  if (!find(pending.conversation, pending.cid)) return;
  if (!PASSING.includes(problem.code)) {
    put({ ...pending, state: "failed", problem: problem.code });
    return;
  }
  put({ ...pending, state: "waiting" });
  const wait = Math.max(FIRST_RETRY_MILLISECONDS, (problem.retrySeconds ?? 0) * 1000);
  later(pending.cid, wait, () => {
    const still = find(pending.conversation, pending.cid);
    if (still?.state === "waiting" && realtime?.open) go(still);
  });
}

function later(cid: string, milliseconds: number, act: () => void): void {
  window.clearTimeout(timers.get(cid));
  timers.set(cid, window.setTimeout(act, milliseconds));
}

const find = (conversation: string, cid: string) => im().pending[conversation]?.find((one) => one.cid === cid);

/** Shown and stored. */
function put(pending: Pending): void {
  show(pending);
  const file = files.get(pending.cid);
  const stored: Stored = file ? { ...pending, file } : pending;
  void idb.put("outbox", pending.cid, stored).catch(() => undefined);
}

function show(next: Pending): void {
  useIm.setState(({ pending }) => {
    const list = pending[next.conversation] ?? [];
    const known = list.some((one) => one.cid === next.cid);
    const updated = known ? list.map((one) => (one.cid === next.cid ? next : one)) : [...list, next];
    return { pending: { ...pending, [next.conversation]: updated } };
  });
}
