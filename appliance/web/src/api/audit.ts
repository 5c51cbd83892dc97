import { http } from "./client";
import type { AuditFilter, AuditQuery, SealedContent, Subject } from "./types";

export const audit = {
  entries: (filter: AuditQuery, cursor?: string, limit?: number) =>
    http.get("/audit/entries", { query: { ...filter, limit, ...(cursor ? { cursor: Number(cursor) } : {}) } }),
  entry: (index: number) => http.get("/audit/entries/{index}", { params: { index } }),
  actions: () => http.get("/audit/actions"),
  verify: () => http.post("/audit/verifications", { json: {} }),
  exportArchive: (filter: AuditFilter) => http.raw("POST", "/audit/exports", { json: filter }).then((answer) => answer.blob()),
};

export const holds = {
  list: () => http.get("/audit/holds", { query: { limit: 200 } }),
  place: (subject: Subject, forCase: string) => http.post("/audit/holds", { json: { subject, case: forCase } }),
  lift: (id: string, reason: string) => http.post("/audit/holds/{id}/lift", { params: { id }, json: { reason } }),
};

export const openings = {
  list: () => http.get("/audit/openings", { query: { limit: 200 } }),
  ask: (content: SealedContent, forCase: string) => http.post("/audit/openings", { json: { content, case: forCase } }),
  agree: (id: string) => http.post("/audit/openings/{id}/agree", { params: { id }, json: {} }),
  read: (id: string) => http.get("/audit/openings/{id}/content", { params: { id } }),
};
