import { address, http } from "./client";
import type { ConnectorSettings, ExplainedAct, HoldingKind, Locale, Power, Role, SignInPolicy, Subject } from "./types";

export const roles = {
  list: () => http.get("/roles"),
  grant: (cid: string, role: Role, uid: string, reason: string) =>
    http.post("/roles", { json: { cid, role, uid, reason } }),
  revoke: (role: Role, uid: string) => http.delete("/roles/{role}/{uid}", { params: { role, uid } }),
};

export const delegations = {
  list: () => http.get("/delegations"),
  grant: (cid: string, ask: { uid: string; departments: string[]; powers: Power[]; reason: string; until?: number | null }) =>
    http.post("/delegations", { json: { cid, ...ask } }),
  revoke: (id: string) => http.delete("/delegations/{id}", { params: { id } }),
};

export const explanations = {
  ask: (person: string, act: ExplainedAct, object?: string) => http.get("/explanations", { query: { person, act, ...(object ? { object } : {}) } }),
};

export interface HoldingFilter {
  person?: string;
  kind?: HoldingKind;
  ending?: boolean;
  fresh?: boolean;
}

export const review = {
  holdings: (filter: HoldingFilter, cursor?: string) => http.get("/holdings", { query: { ...filter, limit: 100, ...(cursor ? { cursor } : {}) } }),
  mark: (cid: string, note: string) => http.post("/reviews", { json: { cid, ...(note ? { note } : {}) } }),
  sheet: (format: "csv" | "xlsx", locale: Locale, filter: HoldingFilter) => address("/holdings/sheet", { query: { format, locale, ...filter } }),
};

export const connectors = {
  list: () => http.get("/connectors"),
  create: (cid: string, name: string, settings: ConnectorSettings) => http.post("/connectors", { json: { cid, name, settings } }),
  edit: (id: string, settings: ConnectorSettings) => http.put("/connectors/{id}", { params: { id }, json: settings }),
  renew: (id: string) => http.post("/connectors/{id}/secret", { params: { id } }),
  remove: (id: string) => http.delete("/connectors/{id}", { params: { id } }),
};

export const signInPolicy = {
  get: () => http.get("/security/sign-in-policy"),
  set: (policy: SignInPolicy) => http.put("/security/sign-in-policy", { json: policy }),
};

export const shreds = {
  list: () => http.get("/security/shreds", { query: { limit: 200 } }),
  ask: (subject: Subject, forCase: string) => http.post("/security/shreds", { json: { subject, case: forCase } }),
  /** Address of the signed note. */
  certificate: (id: string) => `/api/v1/security/shreds/${encodeURIComponent(id)}/certificate`,
};

export const renewals = {
  newest: () => http.get("/security/renewals", { query: { limit: 1 } }),
  ask: (reason: string) => http.post("/security/renewals", { json: { reason } }),
};

export const hsm = {
  get: () => http.get("/security/hsm"),
  rotate: () => http.post("/security/rotations", { json: {} }),
  seal: (reason: string) => http.post("/security/seal", { json: { reason } }),
};
