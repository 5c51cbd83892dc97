import { describe, expect, it } from "vitest";
import { contains, countWithin, firstGap, gaps, union, type Interval } from "./intervals";

// A small generator with a fixed seed: the same histories on every machine.
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("intervals", () => {
  it("agrees with a set of numbers over random histories", () => {
    const next = random(7);
    for (let round = 0; round < 2000; round += 1) {
      const plain = new Set<number>();
      let merged: Interval[] = [];
      for (let step = 0; step < 6; step += 1) {
        const from = Math.floor(next() * 40) + 1;
        const to = from + Math.floor(next() * 8);
        for (let seq = from; seq <= to; seq += 1) plain.add(seq);
        merged = union(merged, [[from, to]]);
      }
      expect(countWithin(merged, 1, 60)).toBe(plain.size);
      expect(firstGap(merged, 1, 60)).toBe([...Array(60).keys()].map((n) => n + 1).find((n) => !plain.has(n)) ?? null);
      for (let seq = 1; seq <= 50; seq += 1) expect(contains(merged, seq)).toBe(plain.has(seq));
      expect(gaps(merged, 1, 60).reduce((sum, [from, to]) => sum + to - from + 1, 0)).toBe(60 - plain.size);
    }
  });
});
