// Files and folders out of a picker or a drop, with their place below the target folder.

export interface Found {
  file: File;
  /** Folders between the target and the file. */
  path: string[];
}

export interface Dropped {
  files: Found[];
  /** Folders to make, also those without a file. */
  folders: string[][];
}

/** More than this from one drop is cut: a home folder dropped by mistake must not freeze the page. */
const MOST_FILES = 50_000;

/** From `<input type=file>`, with `webkitdirectory` or without. */
export function picked(files: Iterable<File>): Dropped {
  const found = [...files].map((file) => ({ file, path: file.webkitRelativePath.split("/").slice(0, -1).filter(Boolean) }));
  return { files: found, folders: found.map((one) => one.path).filter((path) => path.length > 0) };
}

/** From a drop. The entries must be taken before the handler returns; reading them may go on after. */
export function dropped(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items].map((item) => (item.kind === "file" ? item.webkitGetAsEntry() : null));
  const loose = [...transfer.files];
  if (entries.every((entry) => entry === null)) return Promise.resolve(picked(loose));
  return walkAll(entries.filter((entry): entry is FileSystemEntry => entry !== null));
}

async function walkAll(entries: FileSystemEntry[]): Promise<Dropped> {
  const result: Dropped = { files: [], folders: [] };
  const stack = entries.map((entry) => ({ entry, path: [] as string[] }));
  while (stack.length > 0 && result.files.length < MOST_FILES) {
    const next = stack.pop();
    if (!next) break;
    if (next.entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => (next.entry as FileSystemFileEntry).file(resolve, reject));
      result.files.push({ file, path: next.path });
    } else {
      const path = [...next.path, next.entry.name];
      result.folders.push(path);
      for (const entry of await children(next.entry as FileSystemDirectoryEntry)) stack.push({ entry, path });
    }
  }
  return result;
}

// `readEntries` gives at most a hundred at a time, and an empty list at the end.
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
