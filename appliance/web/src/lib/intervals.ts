// Closed intervals of sequence numbers: sorted, disjoint, never touching.
// They only grow, so merging them in any order gives the same answer.

export type Interval = [from: number, to: number];

/** The union of both lists, normalised. */
export function union(left: readonly Interval[], right: readonly Interval[]): Interval[] {
  const all = [...left, ...right].filter(([from, to]) => from <= to).sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of all) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

export function contains(intervals: readonly Interval[], seq: number): boolean {
  return intervals.some(([from, to]) => from <= seq && seq <= to);
}

/** How many numbers of the intervals lie in [from, to]. */
export function countWithin(intervals: readonly Interval[], from: number, to: number): number {
  let count = 0;
  for (const [start, end] of intervals) {
    const overlap = Math.min(end, to) - Math.max(start, from) + 1;
    if (overlap > 0) count += overlap;
  }
  return count;
}

/** The parts of [from, to] that the intervals do not cover. */
export function gaps(intervals: readonly Interval[], from: number, to: number): Interval[] {
  const open: Interval[] = [];
  let next = from;
  for (const [start, end] of intervals) {
    if (end < next) continue;
    if (start > to) break;
    if (start > next) open.push([next, start - 1]);
    next = Math.max(next, end + 1);
  }
  if (next <= to) open.push([next, to]);
  return open;
}

/** The lowest number in [from, to] that is not covered, or null. */
export function firstGap(intervals: readonly Interval[], from: number, to: number): number | null {
  return gaps(intervals, from, to)[0]?.[0] ?? null;
}
