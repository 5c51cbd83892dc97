import { address, http } from "./client";
import type {
  Department,
  DepartmentDetail,
  Import,
  ImportRow,
  NewPerson,
  Page,
  Person,
  PersonCard,
  PersonPatch,
} from "./types";

export interface PeopleQuery {
  q?: string;
  department?: string;
  subtree?: boolean;
  cursor?: string;
  limit?: number;
}

export const people = {
  list: (query: PeopleQuery, signal?: AbortSignal) => http.get<Page<Person>>("/people", { query: { ...query }, signal }),
  card: (uid: string) => http.get<PersonCard>("/people/{uid}", { params: { uid } }),
};

export const departments = {
  under: (parent?: string, cursor?: string) =>
    http.get<Page<Department>>("/departments", { query: { parent, cursor, limit: 200 } }),
  get: (id: string) => http.get<DepartmentDetail>("/departments/{id}", { params: { id } }),
  create: (cid: string, name: string, parent?: string) =>
    http.post<Department>("/departments", { json: { cid, name, ...(parent ? { parent } : {}) } }),
  update: (id: string, change: { name?: string; parent?: string }) =>
    http.patch<Department>("/departments/{id}", { params: { id }, json: change }),
  remove: (id: string) => http.delete("/departments/{id}", { params: { id } }),
};

export const administration = {
  people: (query: { q?: string; department?: string; state?: string; cursor?: string }) =>
    http.get<Page<PersonCard>>("/admin/people", { query: { ...query, limit: 100 } }),
  create: (cid: string, person: NewPerson) => http.post<PersonCard>("/people", { json: { cid, ...person } }),
  update: (uid: string, change: PersonPatch) => http.patch<PersonCard>("/people/{uid}", { params: { uid }, json: change }),
  freeze: (uid: string, reason?: string) =>
    http.post<Person>("/people/{uid}/freeze", { params: { uid }, json: reason ? { reason } : {} }),
  unfreeze: (uid: string) => http.post<Person>("/people/{uid}/unfreeze", { params: { uid }, json: {} }),
  setPassword: (uid: string, password: string) =>
    http.post<void>("/people/{uid}/password", { params: { uid }, json: { password } }),
};

export const imports = {
  upload: (file: File) =>
    http.post<Import>("/people/imports", {
      query: { name: file.name },
      body: file,
      headers: { "content-type": "application/octet-stream" },
    }),
  get: (id: string) => http.get<Import>("/people/imports/{id}", { params: { id } }),
  rows: (id: string, outcome?: string, cursor?: string) =>
    http.get<Page<ImportRow>>("/people/imports/{id}/rows", { params: { id }, query: { outcome, cursor, limit: 100 } }),
  /** Column index to field; null leaves the column out. */
  map: (id: string, mapping: Record<string, string | null>) =>
    http.patch<Import>("/people/imports/{id}", { params: { id }, json: { mapping } }),
  apply: (id: string, mode: "all-or-nothing" | "good-rows") =>
    http.post<Import>("/people/imports/{id}/apply", { params: { id }, json: { mode } }),
};

/** The report of an import, row by row, as the browser downloads it. */
export const importReport = (id: string) => address("/people/imports/{id}/report.csv", { params: { id } });
