import { describe, expect, it } from "vitest";
import type { Message } from "../../api/types";
import { fromDate } from "../../lib/clock";
import { rowsOf } from "./rows";
import type { Pending } from "./store/store";

const at = (day: number, hour: number, minute: number) => fromDate(new Date(2026, 10, day, hour, minute));
const message = (seq: number, sender: string, time: number): Message => ({
  id: `c-${seq}`, conversation: "c", seq, g: String(seq), at: time, cid: `m${seq}`, reads: 0,
  sender: { id: sender, uid: sender, name: sender, avatar_hue: 1 }, body: { type: "text", text: "x" },
});
const pending = (cid: string, time: number): Pending => ({
  cid, conversation: "c", person: "me", at: time, body: { type: "text", text: "x" }, state: "waiting",
});

describe("rows", () => {
  it("groups by author within five minutes and breaks at days and at the unread line", () => {
    const rows = rowsOf(
      [message(1, "a", at(19, 23, 58)), message(2, "a", at(20, 0, 1)), message(3, "a", at(20, 0, 3)), message(4, "b", at(20, 0, 4)), message(5, "b", at(20, 0, 30))],
      [], "me", 3,
    );
    expect(rows.map((row) => row.day)).toEqual([true, true, false, false, false]);
    expect(rows.map((row) => row.fresh)).toEqual([false, false, true, false, false]);
    expect(rows.map((row) => row.first)).toEqual([true, true, true, true, true]);
    expect(rowsOf([message(2, "a", at(20, 0, 1)), message(3, "a", at(20, 0, 3))], [], "me", null).map((row) => row.first)).toEqual([true, false]);
  });

  it("shows a message on its way once, also when it has just arrived", () => {
    const rows = rowsOf([message(1, "me", at(20, 1, 0))], [pending("m1", at(20, 1, 0)), pending("p2", at(20, 1, 1))], "me", null);
    expect(rows.map((row) => row.key)).toEqual(["m1", "p2"]);
    expect(rows[1]?.first).toBe(false);
  });
});
