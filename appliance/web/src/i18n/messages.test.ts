import { describe, expect, it } from "vitest";

type Tree = Record<string, unknown>;
const zhModules = import.meta.glob<{ zh: Tree }>("../**/*.zh-CN.ts", { eager: true });
const enModules = import.meta.glob<{ en: Tree }>("../**/*.en.ts", { eager: true });

function leaves(tree: Tree, prefix = ""): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "object" && value !== null ? leaves(value as Tree, `${prefix}${key}.`) : [[`${prefix}${key}`, value] as [string, unknown]],
  );
}

describe("messages", () => {
  it("exist for every slice in both languages", () => {
    expect(Object.keys(enModules).map((file) => file.replace(".en.ts", ""))).toEqual(
      Object.keys(zhModules).map((file) => file.replace(".zh-CN.ts", "")),
    );
    expect(Object.keys(zhModules).length).toBeGreaterThan(3);
  });

  for (const [file, module] of Object.entries(zhModules)) {
    const twin = enModules[file.replace(".zh-CN.ts", ".en.ts")];
    it(`${file}: same keys, same kinds, nothing empty, no Chinese in English`, () => {
      const zh = leaves(module.zh);
      const en = leaves(twin?.en ?? {});
      expect(en.map(([key]) => key).sort()).toEqual(zh.map(([key]) => key).sort());
      for (const [key, value] of en) {
        expect(typeof value, key).toBe(typeof zh.find(([other]) => other === key)?.[1]);
        if (typeof value === "string") {
          expect(value.trim(), key).not.toBe("");
          if (!key.endsWith("chinese")) expect(value, key).not.toMatch(/[\u4e00-\u9fff]/u);
        }
      }
      for (const [key, value] of zh) if (typeof value === "string") expect(value.trim(), key).not.toBe("");
    });
  }
});

