import { describe, expect, it } from "vitest";
import { union, type Interval } from "../../../lib/intervals";
import { arrived, firstUnread, fromServer, markedRead, unread, type ReadState } from "./readState";

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The box: who wrote each message, what the person read on any device. */
class Box {
  readonly writers: boolean[] = [];
  read: Interval[] = [];
  joined = 0;

  get head() {
    return this.writers.length;
  }

  get unread() {
    let count = 0;
    for (let seq = this.joined + 1; seq <= this.head; seq += 1) {
      const covered = this.read.some(([from, to]) => from <= seq && seq <= to);
      if (!covered && !this.writers[seq - 1]) count += 1;
    }
    return count;
  }

  snapshot() {
    return { joined_seq: this.joined, head_seq: this.head, read: this.read, unread: this.unread };
  }
}

describe("unread", () => {
  it("equals the server's truth over many random histories of several devices", () => {
    const next = random(11);
    for (let history = 0; history < 1500; history += 1) {
      const box = new Box();
      for (let seq = 0; seq < next() * 12; seq += 1) box.writers.push(next() < 0.3);
      box.joined = Math.floor(next() * (box.head + 1));
      let state: ReadState = fromServer(box.snapshot());
      // The client has loaded the window that it looks at: it knows who wrote what.
      for (let seq = box.joined + 1; seq <= box.head; seq += 1) state = arrived(state, seq, box.writers[seq - 1] ?? false);
      for (let step = 0; step < 12; step += 1) {
        const dice = next();
        if (dice < 0.45) {
          const own = next() < 0.3;
          box.writers.push(own);
          state = arrived(state, box.head, own);
          if (next() < 0.3) state = arrived(state, box.head, own); // delivered twice
        } else if (dice < 0.8 && box.head > box.joined) {
          const from = box.joined + 1 + Math.floor(next() * (box.head - box.joined));
          const to = Math.min(box.head, from + Math.floor(next() * 5));
          box.read = union(box.read, [[from, to]]);
          state = markedRead(state, [[from, to]]);
        } else {
          state = fromServer(box.snapshot(), state); // reconnected
        }
        expect(unread(state)).toBe(box.unread);
        expect(firstUnread(state) === null).toBe(box.unread === 0);
      }
    }
  });

  it("trusts the server's count for own messages that were never loaded", () => {
    const box = new Box();
    box.writers.push(false, true, true, false);
    const state = fromServer(box.snapshot());
    expect(unread(state)).toBe(2);
    expect(unread(arrived(state, 5, false))).toBe(3);
    expect(unread(arrived(arrived(state, 2, true), 3, true))).toBe(2);
    expect(unread(markedRead(state, [[1, 4]]))).toBe(0);
  });

  it("does not bring back a badge from an older snapshot", () => {
    const box = new Box();
    box.writers.push(false, false, false);
    const older = box.snapshot();
    const state = markedRead(fromServer(older), [[1, 3]]);
    expect(unread(fromServer(older, state))).toBe(0);
  });
});
