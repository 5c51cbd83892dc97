import { address, http } from "./client";
import type { AuditFilter, AuditQuery, Locale } from "./types";

const EVIDENCE_PAGE = "/audit/evidence.html";

export const audit = {
  entries: (filter: AuditQuery, cursor?: string, limit?: number) =>
    http.get("/audit/entries", { query: { ...filter, limit, ...(cursor ? { cursor: Number(cursor) } : {}) } }),
  entry: (index: number) => http.get("/audit/entries/{index}", { params: { index } }),
  actions: () => http.get("/audit/actions"),
  verify: () => http.post("/audit/verifications", { json: {} }),
  evidence: () => http.get("/audit/evidence"),
  /** The same, laid out for paper. */
  evidencePage: (language: Locale) => http.raw("GET", EVIDENCE_PAGE, { query: { language } }).then((answer) => answer.blob()),
  evidencePageAddress: (language: Locale) => address(EVIDENCE_PAGE, { query: { language } }),
  exportArchive: (filter: AuditFilter) => http.raw("POST", "/audit/exports", { json: filter }).then((answer) => answer.blob()),
};
