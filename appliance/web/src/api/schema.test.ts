// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { generate, TARGET } from "../../scripts/schema.mjs";

it("schema.ts is the API document of the box", async () => {
  expect(readFileSync(TARGET, "utf8") === (await generate()), "schema.ts is not current: run npm run schema").toBe(true);
});
