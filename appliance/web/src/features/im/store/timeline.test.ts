import { describe, expect, it } from "vitest";
import type { Message } from "../../../api/types";
import { emptyTimeline, joined, merged, received, type Timeline } from "./timeline";

const message = (seq: number, change: Partial<Message> = {}): Message => ({
  id: `c-${seq}`, conversation: "c", seq, g: String(seq), at: seq, cid: `cid-${seq}`, reads: 0,
  sender: { id: "1", uid: "lin", name: "林", avatar_hue: 1 }, body: { type: "text", text: String(seq) }, ...change,
});
const seqs = (timeline: Timeline) => timeline.messages.map((one) => one.seq);
const window = (from: number, to: number): Timeline => ({
  ...emptyTimeline,
  messages: Array.from({ length: to - from + 1 }, (_, at) => message(from + at)),
  atEnd: true,
});

describe("timeline", () => {
  it("appends, ignores repeats, and tells of a gap", () => {
    expect(seqs(received(window(3, 5), message(6)).timeline)).toEqual([3, 4, 5, 6]);
    expect(seqs(received(window(3, 5), message(5)).timeline)).toEqual([3, 4, 5]);
    const skipped = received(window(3, 5), message(8));
    expect(skipped.gap).toBe(true);
    expect(skipped.timeline.atEnd).toBe(false);
    expect(seqs(skipped.timeline)).toEqual([3, 4, 5]);
  });

  it("joins pages that touch and replaces the window by one that does not", () => {
    expect(seqs(joined(window(5, 6), [message(3), message(4)], {}))).toEqual([3, 4, 5, 6]);
    expect(seqs(joined(window(50, 52), [message(3), message(4)], { atEnd: false }))).toEqual([3, 4]);
  });

  it("keeps what was recalled recalled", () => {
    const recalled = message(4, { g: "9", recalled: true });
    expect(merged([recalled], [message(4)])[0]?.recalled).toBe(true);
    expect(merged([message(4)], [recalled])[0]?.recalled).toBe(true);
  });

  it("loses and doubles nothing whatever is delivered twice or late", () => {
    let timeline = window(1, 1);
    for (const seq of [2, 2, 3, 3, 2, 4, 1, 5, 5]) timeline = received(timeline, message(seq)).timeline;
    expect(seqs(timeline)).toEqual([1, 2, 3, 4, 5]);
  });
});
