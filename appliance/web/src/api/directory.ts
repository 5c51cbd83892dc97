import { address, http } from "./client";
import type { FieldKind, ImportOutcome, Locale, NewPerson, PersonFieldSettings, PersonPatch, PersonState } from "./types";

export interface PeopleQuery {
  q?: string;
  department?: string;
  subtree?: boolean;
  cursor?: string;
  limit?: number;
  /** Past the rules of visibility: on the consoles only. */
  whole?: boolean;
}

/** What the person sees, or what there is: the latter for those who administer. */
export type Reach = "seen" | "whole";
const all = (reach: Reach) => (reach === "whole" ? { whole: true } : {});

export const people = {
  list: (query: PeopleQuery, signal?: AbortSignal) => http.get("/people", { query: { ...query }, signal }),
  card: (uid: string) => http.get("/people/{uid}", { params: { uid } }),
};

export const departments = {
  under: (parent?: string, cursor?: string, reach: Reach = "seen") =>
    http.get("/departments", { query: { parent, cursor, limit: 200, ...all(reach) } }),
  get: (id: string, reach: Reach = "seen") => http.get("/departments/{id}", { params: { id }, query: all(reach) }),
  create: (cid: string, name: string, parent?: string) =>
    http.post("/departments", { json: { cid, name, ...(parent ? { parent } : {}) } }),
  update: (id: string, change: { name?: string; parent?: string }) =>
    http.patch("/departments/{id}", { params: { id }, json: change }),
  remove: (id: string) => http.delete("/departments/{id}", { params: { id } }),
  /** What a member is in the department; `after`: behind whom in its order, `null` for the front. */
  changePost: (id: string, uid: string, change: { title?: string | null; head?: boolean; after?: string | null }) =>
    http.patch("/departments/{id}/people/{uid}", { params: { id, uid }, json: change }),
  resetOrder: (id: string) => http.delete("/departments/{id}/order", { params: { id } }),
};

export const administration = {
  people: (query: { q?: string; department?: string; state?: PersonState; cursor?: string }) =>
    http.get("/admin/people", { query: { ...query, limit: 100 } }),
  create: (cid: string, person: NewPerson) => http.post("/people", { json: { cid, ...person } }),
  update: (uid: string, change: PersonPatch) => http.patch("/people/{uid}", { params: { uid }, json: change }),
  freeze: (uid: string, reason?: string) =>
    http.post("/people/{uid}/freeze", { params: { uid }, json: reason ? { reason } : {} }),
  unfreeze: (uid: string) => http.post("/people/{uid}/unfreeze", { params: { uid } }),
  issueCode: (uid: string) => http.post("/people/{uid}/enrolment", { params: { uid } }),
  sessions: (uid: string) => http.get("/people/{uid}/sessions", { params: { uid } }),
  signOut: (uid: string) => http.delete("/people/{uid}/sessions", { params: { uid } }),
  resetSecondFactors: (uid: string) => http.delete("/people/{uid}/second-factors", { params: { uid } }),
  setPassword: (uid: string, password: string) =>
    http.post("/people/{uid}/password", { params: { uid }, json: { password } }),
};

/** Whose picture: by uid, or one's own. */
export const pictures = {
  set: (picture: Blob, uid?: string) => {
    const body = { body: picture, headers: { "content-type": "application/octet-stream" } };
    return uid ? http.put("/people/{uid}/avatar", { params: { uid }, ...body }) : http.put("/me/avatar", body);
  },
  remove: (uid?: string) => (uid ? http.delete("/people/{uid}/avatar", { params: { uid } }) : http.delete("/me/avatar")),
};

export const personFields = {
  list: () => http.get("/person-fields"),
  create: (cid: string, key: string, kind: FieldKind, settings: PersonFieldSettings) => http.post("/person-fields", { json: { cid, key, kind, settings } }),
  edit: (key: string, settings: PersonFieldSettings) => http.patch("/person-fields/{key}", { params: { key }, json: { settings } }),
  move: (key: string, place: number) => http.patch("/person-fields/{key}", { params: { key }, json: { place } }),
  remove: (key: string) => http.delete("/person-fields/{key}", { params: { key } }),
  changeOwn: (fields: Record<string, string[]>) => http.patch("/me/fields", { json: { fields } }),
};

export const imports = {
  upload: (file: File) =>
    http.post("/people/imports", {
      query: { name: file.name },
      body: file,
      headers: { "content-type": "application/octet-stream" },
    }),
  get: (id: string) => http.get("/people/imports/{id}", { params: { id } }),
  rows: (id: string, outcome?: ImportOutcome, cursor?: string) =>
    http.get("/people/imports/{id}/rows", { params: { id }, query: { outcome, cursor, limit: 100 } }),
  /** Which column, by its index, holds what; a field that is not named is not imported. */
  map: (id: string, mapping: Record<string, number>) =>
    http.patch("/people/imports/{id}", { params: { id }, json: { mapping } }),
  /** `confirm`: how many people it changes, where the import asks for the number. */
  apply: (id: string, mode: "all-or-nothing" | "good-rows", confirm?: number) =>
    http.post("/people/imports/{id}/apply", { params: { id }, json: confirm === undefined ? { mode } : { mode, confirm } }),
  history: (cursor?: string) => http.get("/admin/imports", { query: { cursor } }),
};

/** The report of an import row by row, or its rows that failed, as the browser downloads them. */
export const importSheet = (id: string, sheet: "report" | "failed", book: boolean) => {
  const params = { params: { id } };
  if (sheet === "report") return book ? address("/people/imports/{id}/report.xlsx", params) : address("/people/imports/{id}/report.csv", params);
  return book ? address("/people/imports/{id}/failed.xlsx", params) : address("/people/imports/{id}/failed.csv", params);
};

/** Everybody, in the shape that imports read. */
export const peopleSheet = (format: "csv" | "xlsx", locale: Locale) => address("/admin/people-sheet", { query: { format, locale } });
