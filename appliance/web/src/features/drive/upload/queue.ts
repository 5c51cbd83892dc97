// Uploads: a bounded number at a time, in pieces, each going on from what the box says it has.

import { everything } from "../../../api/client";
import { drive, uploads } from "../../../api/drive";
import { sendBytes } from "../../../api/bytes";
import { asProblem, isProblem, Problem } from "../../../api/problems";
import { keys, queries } from "../../../api/query";
import type { OnConflict, Upload } from "../../../api/types";
import { fromDate } from "../../../lib/clock";
import { idb } from "../../../lib/idb";
import { newId } from "../../../lib/ids";
import type { Dropped } from "./dropped";
import { changeItem, isActive, OVER, RUNNING, uploadItem, uploadsNow, useUploads, type UploadItem } from "./store";

const AT_ONCE = 2;
const PIECE_BYTES = 8 * 1024 * 1024;
/** A box that disagrees about the offset again and again is not going to agree. */
const OFFSET_DISPUTES = 5;
const NETWORK_RETRY_MILLISECONDS = 3000;

interface Resumable {
  cid: string;
  key: string;
}

const files = new Map<string, File>();
const stops = new Map<string, AbortController>();
const folders = new Map<string, Promise<string>>();

export function enqueue(target: string, found: Dropped, onConflict: OnConflict = "refuse"): void {
  const items = found.files.map(({ file, path }): UploadItem => {
    const id = newId();
    files.set(id, file);
    return { id, name: file.name, size: file.size, target, path, onConflict, state: "waiting", sent: 0 };
  });
  useUploads.setState((state) => ({ items: [...state.items, ...items], always: items.length > 0 ? null : state.always }));
  const empty = found.folders.filter((path) => !found.files.some((file) => file.path.join("/") === path.join("/")));
  for (const path of empty) void folder(target, path).then(() => refresh(), () => undefined);
  pump();
}

export function pause(id: string): void {
  stop(id);
  changeItem(id, { state: "paused" });
  pump();
}

export function resume(id: string): void {
  const item = uploadItem(id);
  if (!item) return;
  const { problem: _, ...rest } = item;
  useUploads.setState(({ items }) => ({ items: items.map((one) => (one.id === id ? { ...rest, state: "waiting" } : one)) }));
  pump();
}

export function cancel(id: string): void {
  const item = uploadItem(id);
  stop(id);
  files.delete(id);
  useUploads.setState(({ items }) => ({ items: items.filter((one) => one.id !== id) }));
  if (item?.upload) void uploads.cancel(item.upload).catch(() => undefined);
  if (item) void forgetResumable(item);
  pump();
}

export const cancelAll = (): void => uploadsNow().filter((item) => !OVER.includes(item.state)).forEach((item) => cancel(item.id));
export const retryAll = (): void => uploadsNow().filter((item) => item.state === "failed").forEach((item) => resume(item.id));
export const clearOver = (): void => useUploads.setState(({ items }) => ({ items: items.filter((item) => !OVER.includes(item.state)) }));

/** What to do with a file whose name is taken; `always`: with all others too. */
export function decide(id: string, answer: OnConflict | "skip", always: boolean): void {
  const asked = always ? uploadsNow().filter((item) => item.state === "conflict").map((item) => item.id) : [id];
  if (always) useUploads.setState({ always: answer });
  for (const one of asked) {
    if (answer === "skip") changeItem(one, { state: "skipped" });
    else changeItem(one, { state: "waiting", onConflict: answer });
  }
  pump();
}

function pump(): void {
  const running = uploadsNow().filter((item) => RUNNING.includes(item.state)).length;
  const next = uploadsNow().filter((item) => item.state === "waiting").slice(0, Math.max(0, AT_ONCE - running));
  for (const item of next) void run(item.id);
}

async function run(id: string): Promise<void> {
  const item = uploadItem(id);
  const file = files.get(id);
  if (!item || !file) return;
  const control = new AbortController();
  stops.set(id, control);
  changeItem(id, { state: "preparing" });
  try {
    const parent = await folder(item.target, item.path);
    const upload = await begin(item, file, parent);
    await send(item, file, upload, control.signal);
    await uploads.commit(upload.id);
    changeItem(id, { state: "done", sent: item.size });
    files.delete(id);
    await forgetResumable(item);
    refresh();
  } catch (error) {
    await failed(item, file, error, control.signal);
  } finally {
    if (stops.get(id) === control) stops.delete(id);
    pump();
  }
}

async function begin(item: UploadItem, file: File, parent: string): Promise<Upload> {
  if (item.upload) {
    const known = await uploads.get(item.upload).catch((error: unknown) => {
      if (isProblem(error, "not-found") || isProblem(error, "gone")) return null;
      throw error;
    });
    if (known) return known;
  }
  const cid = await resumableCid(item, file, parent);
  const upload = await uploads.begin({
    cid,
    parent,
    name: item.name,
    size: item.size,
    on_conflict: item.onConflict,
    changed_at: fromDate(new Date(file.lastModified)),
    ...(file.type ? { media: file.type } : {}),
  });
  changeItem(item.id, { upload: upload.id });
  return upload;
}

async function send(item: UploadItem, file: File, upload: Upload, signal: AbortSignal): Promise<void> {
  let { offset } = upload;
  let disputes = 0;
  changeItem(item.id, { state: "uploading", sent: offset });
  while (offset < item.size) {
    signal.throwIfAborted();
    const from = offset;
    const piece = file.slice(from, Math.min(from + PIECE_BYTES, item.size));
    try {
      const answer = await sendBytes<Upload>({
        method: "PATCH",
        url: uploads.door(upload.id),
        body: piece,
        headers: { "content-type": "application/offset+octet-stream", "upload-offset": String(from) },
        onProgress: (sent) => changeItem(item.id, { state: "uploading", sent: Math.min(item.size, from + sent) }),
        signal,
      });
      offset = answer?.offset ?? from + piece.size;
    } catch (error) {
      if (signal.aborted || !goesOn(error)) throw error;
      await readable(file, from);
      if (isProblem(error, "conflict")) disputes += 1;
      if (disputes > OFFSET_DISPUTES) throw error;
      offset = (await whereWeAre(item, upload.id, error, signal)).offset;
      changeItem(item.id, { state: "uploading", sent: offset });
    }
  }
}

const goesOn = (error: unknown): boolean => ["offline", "conflict", "busy", "rate-limited", "not-ready", "sealed"].includes(asProblem(error).code);

/** Asks the box how far it has come, as often as it takes for the network to come back. */
async function whereWeAre(item: UploadItem, upload: string, cause: unknown, signal: AbortSignal): Promise<Upload> {
  if (!isProblem(cause, "conflict")) {
    changeItem(item.id, { state: "network" });
    await passing(asProblem(cause).retrySeconds, signal);
  }
  for (;;) {
    signal.throwIfAborted();
    try {
      return await uploads.get(upload);
    } catch (error) {
      if (!goesOn(error)) throw error;
      await passing(asProblem(error).retrySeconds, signal);
    }
  }
}

/** A while, or until the browser says that the network is back. */
function passing(seconds: number | undefined, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      window.clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = window.setTimeout(done, Math.max(NETWORK_RETRY_MILLISECONDS, (seconds ?? 0) * 1000));
    window.addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

class Unreadable extends Error {}

// A file that was changed or moved under way fails like a broken network: look before blaming the network.
async function readable(file: File, at: number): Promise<void> {
  try {
    await file.slice(at, at + 1).arrayBuffer();
  } catch {
    throw new Unreadable();
  }
}

async function failed(item: UploadItem, file: File, error: unknown, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (error instanceof Unreadable) {
    changeItem(item.id, { state: "failed", problem: "unreadable" });
    return;
  }
  const problem = asProblem(error);
  if (problem.code === "offline") {
    changeItem(item.id, { state: "network" });
    await passing(undefined, signal);
    if (!signal.aborted && files.has(item.id)) changeItem(item.id, { state: "waiting" });
    return;
  }
  if (problem.code === "conflict" && item.onConflict === "refuse") {
    await newName(item, file);
    return;
  }
  changeItem(item.id, { state: "failed", problem: problem.code });
}

/** The name is taken: the person decides, once for all if they said so. */
async function newName(item: UploadItem, file: File): Promise<void> {
  const known = uploadItem(item.id);
  if (known?.upload) void uploads.cancel(known.upload).catch(() => undefined);
  await forgetResumable(item);
  files.delete(item.id);
  const id = newId();
  files.set(id, file);
  const { upload: _, ...rest } = { ...item, ...known };
  const { always } = useUploads.getState();
  const next: UploadItem = { ...rest, id, sent: 0, state: "conflict" };
  if (always === "skip") next.state = "skipped";
  else if (always) Object.assign(next, { state: "waiting", onConflict: always });
  useUploads.setState(({ items }) => ({ items: items.map((one) => (one.id === item.id ? next : one)) }));
}

/** The id of a folder below the target, made where it is missing. Asked for once, however many files wait for it. */
function folder(target: string, path: string[]): Promise<string> {
  if (path.length === 0) return Promise.resolve(target);
  const key = [target, ...path].join("/");
  const known = folders.get(key);
  if (known) return known;
  const made = folder(target, path.slice(0, -1)).then((parent) => makeFolder(parent, path.at(-1) ?? ""));
  folders.set(key, made);
  // A failure is not remembered, and a folder may be deleted later: ask again another time.
  void made.catch(() => undefined).finally(() => window.setTimeout(() => folders.delete(key), 30_000));
  return made;
}

async function makeFolder(parent: string, name: string): Promise<string> {
  try {
    return (await drive.newFolder(parent, newId(), name)).id;
  } catch (error) {
    if (!isProblem(error, "conflict")) throw error;
    const there = await everything((cursor) => drive.children(parent, "name", "asc", cursor));
    const same = there.find((node) => node.kind === "folder" && node.name.normalize() === name.normalize());
    if (!same) throw new Problem("conflict", 409);
    return same.id;
  }
}

const keyOf = (item: UploadItem, parent: string, modified: number): string => [parent, item.name, item.size, modified, item.onConflict].join("|");

/** The same file to the same place continues the same upload, also after a reload: its client id was kept. */
async function resumableCid(item: UploadItem, file: File, parent: string): Promise<string> {
  const key = keyOf(item, parent, file.lastModified);
  const kept = await idb.get<Resumable>("uploads", key).catch(() => undefined);
  const cid = kept?.cid ?? item.id;
  if (!kept) await idb.put("uploads", key, { cid, key } satisfies Resumable).catch(() => undefined);
  keptKeys.set(item.id, key);
  return cid;
}

const keptKeys = new Map<string, string>();

async function forgetResumable(item: UploadItem): Promise<void> {
  const key = keptKeys.get(item.id);
  keptKeys.delete(item.id);
  if (key) await idb.remove("uploads", key).catch(() => undefined);
}

function stop(id: string): void {
  stops.get(id)?.abort();
  stops.delete(id);
}

let refreshing: number | undefined;
function refresh(): void {
  refreshing ??= window.setTimeout(() => {
    refreshing = undefined;
    void queries.invalidateQueries({ queryKey: keys.allChildren });
    void queries.invalidateQueries({ queryKey: keys.spaces });
  }, 300);
}

/** Asked once, when the page opens. */
export async function countInterrupted(): Promise<void> {
  const kept = await idb.all<Resumable>("uploads").catch(() => []);
  useUploads.setState({ interrupted: kept.length });
}

export async function forgetInterrupted(): Promise<void> {
  const kept = await idb.all<Resumable>("uploads").catch(() => []);
  await Promise.all(kept.map(({ key }) => idb.remove("uploads", key).catch(() => undefined)));
  useUploads.setState({ interrupted: 0 });
}

// Leaving the page would cut off what is under way.
window.addEventListener("beforeunload", (event) => {
  if (uploadsNow().some(isActive)) event.preventDefault();
});
