// src/api/schema.ts out of the box's API document. `npm run schema` writes it; a test holds it against a fresh one.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";

const DOCUMENT = join(import.meta.dirname, "../../server/openapi.json");
export const TARGET = join(import.meta.dirname, "../src/api/schema.ts");
const HEAD = "// Written by `npm run schema` from appliance/server/openapi.json. Do not edit.\n\n";

export async function generate() {
  const document = JSON.parse(await readFile(DOCUMENT, "utf8"));
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    // Every refusal is a `Problem`: said once, not for each operation.
    for (const status of Object.keys(operation.responses ?? {})) if (Number(status) >= 400) delete operation.responses[status];
  }
  pairs(document);
  return HEAD + astToString(await openapiTS(document, { alphabetize: true, emptyObjectsUnknown: true }));
}

/** A list of lists of whole numbers is a list of ranges, everywhere in this API: from and to. */
function pairs(node) {
  if (typeof node !== "object" || node === null) return;
  const inner = node.items;
  if (inner?.items?.type === "integer") node.items = { ...inner, items: false, prefixItems: [inner.items, inner.items] };
  else for (const child of Object.values(node)) pairs(child);
}

if (process.argv[1] === import.meta.filename) await writeFile(TARGET, await generate());
