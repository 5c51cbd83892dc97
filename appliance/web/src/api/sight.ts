import { http } from "./client";
import type { PeopleSubject, TagRule, VisibilityRuleSettings } from "./types";

/** Names of what is held of these; here, since only the consoles ask for them. */
export const sightKeys = {
  tags: ["tags"] as const,
  tag: (id: string, part: string) => ["tags", id, part] as const,
  rules: ["sight"] as const,
  of: (...parts: (string | undefined)[]) => ["sight", ...parts] as const,
};

export const tags = {
  list: (q?: string, cursor?: string) => http.get("/tags", { query: { q, cursor, limit: 100 } }),
  create: (cid: string, name: string, rule?: TagRule) => http.post("/tags", { json: { cid, name, ...(rule ? { rule } : {}) } }),
  edit: (id: string, change: { name?: string; rule?: TagRule }) => http.patch("/tags/{id}", { params: { id }, json: change }),
  remove: (id: string) => http.delete("/tags/{id}", { params: { id } }),
  members: (id: string, cursor?: string) => http.get("/tags/{id}/members", { params: { id }, query: { cursor, limit: 100 } }),
  /** `until`: microseconds; absent: until somebody takes it out. */
  put: (id: string, subject: PeopleSubject, until?: number) =>
    http.put("/tags/{id}/members", { params: { id }, json: { subject, ...(until ? { until } : {}) } }),
  take: (id: string, { kind, id: member }: PeopleSubject) =>
    http.delete("/tags/{id}/members/{kind}/{member}", { params: { id, kind, member } }),
  people: (id: string) => http.get("/tags/{id}/people", { params: { id }, query: { limit: 20 } }),
  preview: (rule: TagRule) => http.post("/tags/preview", { json: { rule } }),
};

export const visibility = {
  rules: () => http.get("/visibility/rules"),
  create: (cid: string, settings: VisibilityRuleSettings) => http.post("/visibility/rules", { json: { cid, settings } }),
  edit: (id: string, settings: VisibilityRuleSettings) => http.put("/visibility/rules/{id}", { params: { id }, json: settings }),
  remove: (id: string) => http.delete("/visibility/rules/{id}", { params: { id } }),
  preview: (settings: VisibilityRuleSettings) => http.post("/visibility/preview", { json: settings }),
  explain: (viewer: string, person: string) => http.get("/visibility/explanation", { query: { viewer, person } }),
  people: (viewer: string, q?: string) => http.get("/visibility/people", { query: { viewer, q, limit: 20 } }),
  departments: (viewer: string, department?: string) => http.get("/visibility/departments", { query: { viewer, department, limit: 200 } }),
};
