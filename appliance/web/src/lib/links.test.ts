import { describe, expect, it } from "vitest";
import { pieces, target } from "./links";

const links = (text: string) => pieces(text).filter((piece) => piece.kind === "link");

describe("pieces", () => {
  it("finds addresses and leaves the rest as text", () => {
    expect(pieces("见 https://oa.lan/a?b=1，谢谢")).toEqual([
      { kind: "text", text: "见 " },
      { kind: "link", text: "https://oa.lan/a?b=1", href: "https://oa.lan/a?b=1" },
      { kind: "text", text: "，谢谢" },
    ]);
  });

  it("ends before the full stop and keeps brackets that were opened inside", () => {
    expect(links("Read https://oa.lan/x_(y).")[0]).toMatchObject({ text: "https://oa.lan/x_(y)" });
    expect(links("(https://oa.lan/x)")[0]).toMatchObject({ text: "https://oa.lan/x" });
  });

  it("never makes a link of a scheme that is not listed", () => {
    for (const text of ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"]) {
      expect(links(text)).toEqual([]);
      expect(target(text)).toBeNull();
    }
  });

  it("returns every character it was given", () => {
    const text = "a https://b.lan, www.c.lan; tel:123 mailto:x@y.lan 完";
    expect(pieces(text).map((piece) => piece.text).join("")).toBe(text);
  });
});
