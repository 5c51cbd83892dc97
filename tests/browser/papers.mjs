// Files that people hold in their hands before they give them to the box.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** A folder of one's own; `file` writes into it and answers the path. */
export function papers() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "holdfast-papers-"));
  return {
    folder,
    file(name, content) {
      const at = path.join(folder, name);
      mkdirSync(path.dirname(at), { recursive: true });
      writeFileSync(at, content);
      return at;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
