import { http } from "./client";
import type { HandoverKind } from "./types";

/** As `keys` in query.ts: here, since nothing of the first screen asks for them. */
export const lifecycleKeys = {
  dataRequests: (state: string) => ["data-requests", state] as const,
  departures: ["departures"] as const,
  handover: (uid: string) => ["handover", uid] as const,
  terms: (uid: string) => ["terms", uid] as const,
};

export const lifecycle = {
  departures: () => http.get("/admin/departures"),
  leave: (uid: string, json: { leaves_at: number | null; reason: string; heir: string | null }) =>
    http.put("/people/{uid}/departure", { params: { uid }, json }),
  cancel: (uid: string) => http.delete("/people/{uid}/departure", { params: { uid } }),
  restore: (uid: string) => http.post("/people/{uid}/restore", { params: { uid } }),
  handover: (uid: string) => http.get("/people/{uid}/handover", { params: { uid } }),
  decide: (uid: string, kind: HandoverKind, object: string, json: { heir?: string; waived?: string }) =>
    http.put("/people/{uid}/handover/{kind}/{object}", { params: { uid, kind, object }, json }),
  terms: (uid: string) => http.get("/people/{uid}/terms", { params: { uid } }),
  setEnd: (uid: string, until: number | null) => http.put("/people/{uid}/terms", { params: { uid }, json: { until } }),
  requests: (state: "open" | "closed", cursor?: string) => http.get("/admin/data-requests", { query: { state, cursor, limit: 100 } }),
  accept: (id: string, answer?: string) => http.post("/admin/data-requests/{id}/accept", { params: { id }, json: answer ? { answer } : {} }),
  refuse: (id: string, answer: string) => http.post("/admin/data-requests/{id}/refuse", { params: { id }, json: { answer } }),
};
