import { http } from "./client";
import type { AuditEntry, AuditEntryDetail, AuditFilter, Page, Verification } from "./types";

export const audit = {
  entries: (filter: AuditFilter & { cursor?: string | undefined; limit?: number }) =>
    http.get<Page<AuditEntry>>("/audit/entries", { query: { ...filter } }),
  entry: (index: string | number) => http.get<AuditEntryDetail>("/audit/entries/{index}", { params: { index } }),
  actions: () => http.get<Page<string>>("/audit/actions"),
  verify: () => http.post<Verification>("/audit/verifications", { json: {} }),
  exportArchive: (filter: AuditFilter) => http.raw("POST", "/audit/exports", { json: filter }).then((answer) => answer.blob()),
  checkpoint: () => http.raw("GET", "/audit/checkpoint", { headers: { accept: "text/plain" } }).then((answer) => answer.text()),
};
