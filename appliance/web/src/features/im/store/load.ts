import { conversations } from "../../../api/conversations";
import { everything } from "../../../api/client";
import { isProblem } from "../../../api/problems";
import { learn, refreshBadge } from "./apply";
import { dropConversation, dropTimeline, held, im, putConversation, putTimeline, timelineOf, useIm, type Held } from "./store";
import { emptyTimeline, firstSeq, joined, lastSeq } from "./timeline";

const PAGE = 50;
/** Timelines kept in memory; the ones looked at longest ago go first. */
const KEPT_TIMELINES = 30;

/** The list of conversations, whole. Timelines of before are dropped: there may be a gap in them. */
export async function loadEverything(): Promise<void> {
  try {
    const all = await everything((cursor) => conversations.list(cursor));
    const byId: Record<string, Held> = {};
    for (const conversation of all) byId[conversation.id] = held(conversation);
    useIm.setState({ conversations: byId, ready: true, failed: false });
    for (const id of Object.keys(im().timelines)) await catchUp(id);
    for (const conversation of all) if (conversation.last) learn(conversation.id, [conversation.last]);
    refreshBadge();
  } catch (error) {
    useIm.setState({ failed: true });
    throw error;
  }
}

// A window that reached the end goes on from where it was; any other is loaded anew when it is looked at.
async function catchUp(id: string): Promise<void> {
  const timeline = timelineOf(id);
  if (timeline.atEnd && timeline.messages.length > 0) {
    putTimeline(id, { ...timeline, atEnd: false });
    await loadNewer(id);
  } else {
    dropTimeline(id);
  }
}

export async function fetchConversation(id: string): Promise<void> {
  try {
    putConversation(held(await conversations.get(id)));
  } catch (error) {
    if (isProblem(error, "not-found")) dropConversation(id);
  }
  refreshBadge();
}

/** The window that a reader opens at: around `seq`, or the newest messages. */
export async function openWindow(id: string, seq?: number): Promise<void> {
  const timeline = timelineOf(id);
  evict(id);
  const has = (wanted: number) => timeline.messages.some((message) => message.seq === wanted);
  if (timeline.loading || (seq === undefined ? timeline.atEnd : has(seq))) return;
  putTimeline(id, { ...timeline, loading: "window", failed: false });
  const joinedAt = im().conversations[id]?.joined_seq ?? 0;
  try {
    if (seq === undefined) {
      const page = await conversations.messages(id, { limit: PAGE });
      const first = page.items[0]?.seq ?? 0;
      replace(id, page.items, { atStart: page.items.length < PAGE || first <= Math.max(1, joinedAt), atEnd: true });
    } else {
      const from = Math.max(0, seq - PAGE / 2);
      const page = await conversations.messages(id, { after: from, limit: PAGE });
      const last = page.items.at(-1)?.seq ?? 0;
      replace(id, page.items, { atStart: from <= joinedAt, atEnd: page.items.length < PAGE || last >= headOf(id) });
    }
  } catch {
    putTimeline(id, { ...timelineOf(id), loading: null, failed: true });
  }
}

function replace(id: string, items: Parameters<typeof joined>[1], ends: { atStart: boolean; atEnd: boolean }): void {
  const live = timelineOf(id);
  const page = joined({ ...emptyTimeline, messages: [] }, items, ends);
  // Live messages that came in while the page was on its way stay, when they touch it.
  const arrivedSince = live.messages.filter((message) => message.seq > (lastSeq(page) ?? 0));
  const touches = ends.atEnd && arrivedSince[0]?.seq === (lastSeq(page) ?? 0) + 1;
  putTimeline(id, touches ? joined(page, arrivedSince, {}) : { ...page, atEnd: ends.atEnd && (lastSeq(page) ?? 0) >= headOf(id) });
  learn(id, items);
  if (ends.atEnd && !timelineOf(id).atEnd) void loadNewer(id);
}

export async function loadOlder(id: string): Promise<void> {
  const timeline = timelineOf(id);
  const before = firstSeq(timeline);
  if (timeline.loading || timeline.atStart || before === undefined) return;
  putTimeline(id, { ...timeline, loading: "older" });
  try {
    const page = await conversations.messages(id, { before, limit: PAGE });
    putTimeline(id, joined(timelineOf(id), page.items, { atStart: page.items.length < PAGE }));
    learn(id, page.items);
  } catch {
    putTimeline(id, { ...timelineOf(id), loading: null, failed: true });
  }
}

export async function loadNewer(id: string): Promise<void> {
  const timeline = timelineOf(id);
  const after = lastSeq(timeline);
  if (timeline.loading || timeline.atEnd || after === undefined) return;
  putTimeline(id, { ...timeline, loading: "newer" });
  try {
    const page = await conversations.messages(id, { after, limit: PAGE });
    const last = page.items.at(-1)?.seq ?? after;
    const atEnd = last >= headOf(id) || page.items.length < PAGE;
    putTimeline(id, joined(timelineOf(id), page.items, { atEnd }));
    learn(id, page.items);
    // A gap that a live message showed is filled to the end; a reader who scrolls asks page by page.
    if (!atEnd && headOf(id) - last < PAGE * 4) await loadNewer(id);
  } catch {
    putTimeline(id, { ...timelineOf(id), loading: null, failed: true });
  }
}

/** Connected again: what a cut left half loaded is loaded, without anybody asking for it. */
export function loadFailed(): void {
  for (const [id, timeline] of Object.entries(im().timelines)) {
    if (!timeline.failed) continue;
    // Without a message the reader's window opens anew; else it goes on from where it is.
    if (timeline.messages.length === 0) dropTimeline(id);
    else {
      putTimeline(id, { ...timeline, failed: false });
      void loadNewer(id);
    }
  }
}

/** Back to the newest messages, whatever was looked at. */
export async function openNewest(id: string): Promise<void> {
  if (!timelineOf(id).atEnd) {
    dropTimeline(id);
    await openWindow(id);
  }
}

const headOf = (id: string): number => im().conversations[id]?.head_seq ?? 0;

const visited: string[] = [];

function evict(id: string): void {
  const at = visited.indexOf(id);
  if (at >= 0) visited.splice(at, 1);
  visited.push(id);
  if (visited.length > KEPT_TIMELINES) {
    const oldest = visited.shift();
    if (oldest) dropTimeline(oldest);
  }
}
