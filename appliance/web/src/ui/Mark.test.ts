import { describe, expect, it } from "vitest";
import { fromFirstMark } from "./Mark";

describe("fromFirstMark", () => {
  it("moves the ranges along with the cut", () => {
    const text = "一二三四五六七八九十命令之后";
    const { text: shown, ranges } = fromFirstMark(text, [[10, 12]], 2);
    expect(shown).toBe("…九十命令之后");
    expect(ranges.map(([from, to]) => shown.slice(from, to))).toEqual(["命令"]);
  });

  it("leaves short leads and texts without marks alone", () => {
    expect(fromFirstMark("命令", [[0, 2]], 6).text).toBe("命令");
    expect(fromFirstMark("没有", [], 0).text).toBe("没有");
  });

  it("does not cut a character of two code units in half", () => {
    const { text, ranges } = fromFirstMark("😀😀ab", [[4, 6]], 1);
    expect(text).toBe("…😀ab");
    expect(text.slice(...(ranges[0] ?? [0, 0]))).toBe("ab");
  });
});
