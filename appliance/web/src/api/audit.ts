import { address, http } from "./client";
import type { AuditFilter, AuditQuery, ExportFormat, Locale, SavedChoice, SealedContent, Subject } from "./types";

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
  exported: (filter: AuditFilter, format: ExportFormat) =>
    http.raw("POST", "/audit/exports", { query: { format }, json: filter }).then((answer) => answer.blob()),
  /** The proof of one entry, as a file (C2SP tlog-proof). */
  proof: (index: number) => http.raw("GET", "/audit/entries/{index}/proof", { params: { index } }).then((answer) => answer.blob()),
  /** What was shredded, signed by the HSM (C2SP signed note). */
  certificate: (shred: string) =>
    http.raw("GET", "/audit/shreds/{id}/certificate", { params: { id: shred } }).then((answer) => answer.blob()),
  /** The signed checkpoint, as a file and as text. */
  checkpoint: () => http.raw("GET", "/audit/checkpoint").then((answer) => answer.blob()),
  checkpointNote: () => http.raw("GET", "/audit/checkpoint").then((answer) => answer.text()),
  witnesses: () => http.get("/audit/witnesses"),
  registerWitness: (cid: string, vkey: string) => http.post("/audit/witnesses", { json: { cid, vkey } }),
  removeWitness: (id: string) => http.delete("/audit/witnesses/{id}", { params: { id } }),
  askWitness: (id: string, old: number) =>
    http.raw("POST", "/audit/witnesses/{id}/requests", { params: { id }, json: { old } }).then((answer) => answer.blob()),
  handBack: (id: string, text: string) => http.post("/audit/witnesses/{id}/cosignatures", { params: { id }, json: { text } }),
  savedFilters: () => http.get("/audit/filters"),
  saveFilter: (cid: string, name: string, filter: SavedChoice) => http.post("/audit/filters", { json: { cid, name, filter } }),
  deleteFilter: (id: string) => http.delete("/audit/filters/{id}", { params: { id } }),
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
