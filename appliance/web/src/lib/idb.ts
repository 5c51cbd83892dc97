// IndexedDB, three tables: messages on their way out (with files that wait to be attached), drafts, and which uploads
// were cut off (a client id, a folder, a file's name and size; never its bytes).
//
// Always true: it is only what the box does not have yet, everything goes when its person signs out, and what another
// person left goes as soon as somebody else signs in.
//
// Deliberately not encrypted here. A key that this page can make would have to lie in the same profile folder, since
// drafts must outlive a reload, and an ended session whose person comes back: whoever can read the folder would have
// both. That wants a key which the box keeps for each person and hands out only inside a session; until the API has
// one, the desk's own disk encryption is the guard, as it is for the session cookie beside it.

export type Table = "outbox" | "drafts" | "uploads";

const NAME = "holdfast";
const VERSION = 1;
const TABLES: Table[] = ["outbox", "drafts", "uploads"];

let opening: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const table of TABLES) {
        if (!request.result.objectStoreNames.contains(table)) request.result.createObjectStore(table);
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => {
      opening = null;
      reject(request.error ?? new Error("open IndexedDB"));
    };
  });
  return opening;
}

function run<T>(table: Table, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return open().then(
    (db) =>
      new Promise((resolve, reject) => {
        const tx = db.transaction(table, mode);
        const request = act(tx.objectStore(table));
        tx.oncomplete = () => resolve(request.result);
        tx.onerror = () => reject(tx.error ?? new Error("IndexedDB transaction"));
        tx.onabort = () => reject(tx.error ?? new Error("IndexedDB transaction"));
      }),
  );
}

export const idb = {
  all: <T>(table: Table): Promise<T[]> => run<T[]>(table, "readonly", (store) => store.getAll() as IDBRequest<T[]>),
  get: <T>(table: Table, key: string): Promise<T | undefined> =>
    run<T | undefined>(table, "readonly", (store) => store.get(key) as IDBRequest<T | undefined>),
  put: (table: Table, key: string, value: unknown): Promise<unknown> =>
    run(table, "readwrite", (store) => store.put(value, key)),
  remove: (table: Table, key: string): Promise<unknown> => run(table, "readwrite", (store) => store.delete(key)),
  wipe: async (): Promise<void> => {
    await Promise.all(TABLES.map((table) => run(table, "readwrite", (store) => store.clear())));
  },
};
