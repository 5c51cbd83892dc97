import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

// routes → features → {api, ui, i18n, lib}. A feature never imports another (they meet through lib/paths and the
// API), `ui` imports nothing of ours, and only `ui` imports Base UI.

const SRC = import.meta.dirname;
const IMPORT = /(?:from|import)\s*\(?\s*"([^"]+)"/g;

function filesOf(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesOf(path);
    return /\.tsx?$/.test(name) && !name.includes(".test.") ? [path] : [];
  });
}

interface Arrow {
  file: string;
  from: string[];
  to: string;
}

const arrows: Arrow[] = filesOf(SRC).flatMap((path) => {
  const file = relative(SRC, path);
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = match[1] ?? "";
    const to = target.startsWith(".") ? relative(SRC, resolve(path, "..", target)) : target;
    return { file, from: file.split("/"), to };
  });
});

const offenders = (broken: (arrow: Arrow) => boolean) => arrows.filter(broken).map(({ file, to }) => `${file} → ${to}`);

describe("arrows", () => {
  it("no feature imports another", () => {
    expect(offenders(({ from, to }) => from[0] === "features" && to.startsWith("features/") && to.split("/")[1] !== from[1])).toEqual([]);
  });

  it("ui imports nothing of ours", () => {
    expect(offenders(({ from, to }) => from[0] === "ui" && /^(?:api|features|i18n|lib|routes)/.test(to))).toEqual([]);
  });

  it("only ui imports Base UI", () => {
    expect(offenders(({ from, to }) => from[0] !== "ui" && to.startsWith("@base-ui/"))).toEqual([]);
  });

  it("api, lib and i18n import no feature; lib imports no api", () => {
    expect(offenders(({ from, to }) => ["api", "lib", "i18n"].includes(from[0] ?? "") && to.startsWith("features/"))).toEqual([]);
    expect(offenders(({ from, to }) => from[0] === "lib" && /^(?:api|ui)\//.test(to))).toEqual([]);
  });

  it("no source makes HTML out of strings", () => {
    const bad = /dangerouslySetInnerHTML|\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|new Function|\beval\(/;
    expect(filesOf(SRC).filter((path) => bad.test(readFileSync(path, "utf8"))).map((path) => relative(SRC, path))).toEqual([]);
  });
});
