// IndexedDB, two tables: messages on their way out with drafts, and uploads that were cut off.
// Both belong to one person and are wiped when that person signs out.

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
