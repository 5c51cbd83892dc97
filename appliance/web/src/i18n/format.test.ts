import { describe, expect, it } from "vitest";
import { fromDate } from "../lib/clock";
import { formatter } from "./format";

const now = new Date(2026, 10, 20, 12, 0, 0);
const at = (...parts: [number, number, number, number?, number?]) =>
  fromDate(new Date(parts[0], parts[1], parts[2], parts[3] ?? 9, parts[4] ?? 5));

describe("times", () => {
  const zh = formatter("zh-CN");
  const en = formatter("en");

  it("grows coarser with age", () => {
    expect(zh.short(at(2026, 10, 20), now)).toBe("09:05");
    expect(zh.short(at(2026, 10, 19), now)).toBe("昨天");
    expect(zh.short(at(2026, 10, 18), now)).toBe("周三");
    expect(zh.short(at(2026, 10, 10), now)).toBe("11月10日");
    expect(zh.short(at(2025, 10, 10), now)).toBe("2025年11月10日");
    expect(en.short(at(2026, 10, 19), now)).toBe("Yesterday");
    expect(en.short(at(2026, 10, 10), now)).toBe("10 Nov");
  });

  it("names days between messages", () => {
    expect(zh.day(at(2026, 10, 13), now)).toBe("11月13日 周五");
    expect(en.day(at(2026, 10, 13), now)).toBe("Fri, 13 Nov");
  });
});

describe("sizes", () => {
  it("has a unit and at most one decimal", () => {
    const { size } = formatter("en");
    expect([0, 999, 1843, 1_887_437, 5_153_960_755].map(size)).toEqual(["0 B", "999 B", "1.8 KB", "1.8 MB", "4.8 GB"]);
  });
});
