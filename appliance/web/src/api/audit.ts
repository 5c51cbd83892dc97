import { http } from "./client";
import type { AuditFilter, AuditQuery } from "./types";

export const audit = {
  entries: (filter: AuditQuery, cursor?: string, limit?: number) =>
    http.get("/audit/entries", { query: { ...filter, limit, ...(cursor ? { cursor: Number(cursor) } : {}) } }),
  entry: (index: number) => http.get("/audit/entries/{index}", { params: { index } }),
  actions: () => http.get("/audit/actions"),
  verify: () => http.post("/audit/verifications", { json: {} }),
  exportArchive: (filter: AuditFilter) => http.raw("POST", "/audit/exports", { json: filter }).then((answer) => answer.blob()),
};
