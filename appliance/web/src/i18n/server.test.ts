// What the box may say, read from its sources, has words in both languages.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { en as auditEn } from "../features/audit/messages.en";
import { zh as auditZh } from "../features/audit/messages.zh-CN";
import { en as codesEn } from "./codes.en";
import { zh as codesZh } from "./codes.zh-CN";
import { en as problemsEn } from "./problems.en";
import { zh as problemsZh } from "./problems.zh-CN";

const root = resolve(import.meta.dirname, "../../../..");

/** Rust sources without tests and comments: path and text. */
function* sources(folder: string): Generator<[string, string]> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      if (!["target", "tests", "sample", "node_modules", "web"].includes(name)) yield* sources(path);
    } else if (name.endsWith(".rs") && !/tests?\.rs$|^testlog/.test(name)) {
      const text = readFileSync(path, "utf8");
      const tests = text.search(/#\[cfg\(test\)\]\s*mod \w+ \{/);
      yield [path, (tests < 0 ? text : text.slice(0, tests)).replace(/\/\/.*$/gm, "")];
    }
  }
}
const rust = ["appliance", "hsm", "installer"].flatMap((folder) => [...sources(join(root, folder))]);

function every(pattern: RegExp, where: (text: string) => boolean = () => true): string[] {
  const found = rust.filter(([, text]) => where(text)).flatMap(([, text]) => [...text.matchAll(pattern)].map((match) => match[1] ?? ""));
  return [...new Set(found)].sort();
}

const without = (all: string[], words: object[]): string[] => all.filter((one) => words.some((texts) => !(texts as Record<string, unknown>)[one]));

describe("what the box says", () => {
  it("every problem code of the API document", () => {
    const document = JSON.parse(readFileSync(join(root, "appliance/server/openapi.json"), "utf8")) as {
      components: { schemas: { Problem: { properties: { code: { enum: string[] } } } } };
    };
    const codes = document.components.schemas.Problem.properties.code.enum;
    expect(codes.length).toBeGreaterThan(20);
    expect(without(codes, [codesZh.codes, codesEn.codes])).toEqual([]);
  });

  it("every action that the audit log may hold, every kind of object and every door", () => {
    const written = (text: string) => /holdfast_audit|Event::new/.test(text);
    const actions = every(/"([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)"/g, written).filter((one) => !/\.(?:tar|json|csv)$/.test(one));
    expect(actions).toContain("audit.repair");
    expect(actions.length).toBeGreaterThan(50);
    expect(without(actions, [auditZh.actions, auditEn.actions])).toEqual([]);
    const kinds = every(/Object::new\(\s*"([a-z-]+)"/g);
    expect(kinds.length).toBeGreaterThan(15);
    expect(without(kinds, [auditZh.kinds, auditEn.kinds])).toEqual([]);
    const doors = every(/Self::\w+ => "([a-z-]+)"/g, (text) => text.includes("impl Door"));
    expect(doors).toContain("webdav");
    expect(without(doors, [auditZh.doors, auditEn.doors])).toEqual([]);
  });

  it("every rule that a person can break", () => {
    const rules = every(/(?:invalid\(\s*"[a-z_]+",\s*|conflict\(\s*|Conflict \{ what: )"([a-z-]+)"/g).filter((rule) => !FOR_PROGRAMS.includes(rule));
    expect(rules.length).toBeGreaterThan(50);
    expect(without(rules.map((rule) => rule.replaceAll("-", "_")), [problemsZh.rules, problemsEn.rules])).toEqual([]);
  });
});

/** What only a program can get wrong: the client never asks so, the sentence of the code is enough. */
const FOR_PROGRAMS = [
  "not-a-cursor", "body-length-differs", "offset", "not-a-range", "beyond-head", "not-a-media-type", "torn", "not-with-before", "no-such-lock",
  "client-id-used", "cid-used-for-something-else", "cid-reused", "upload-committed", "set-up-before", "no-enterprise", "no-parent", "not-for-direct", "not-a-key", "not-an-id",
  "forwarder", "not-a-name", "not-for-this", "heir-or-reason", "unexpected", "copy-is-made", "handed-over", "answered",
];
