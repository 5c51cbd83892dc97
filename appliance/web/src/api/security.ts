import { http } from "./client";
import type { Hsm, Page, Role, RoleGrant } from "./types";

export const roles = {
  list: () => http.get<Page<RoleGrant>>("/roles"),
  grant: (cid: string, role: Role, uid: string, reason: string) =>
    http.post<RoleGrant | undefined>("/roles", { json: { cid, role, uid, reason } }),
  revoke: (role: Role, uid: string) => http.delete("/roles/{role}/{uid}", { params: { role, uid } }),
};

export const hsm = {
  get: () => http.get<Hsm>("/security/hsm"),
  seal: (reason: string) => http.post<void>("/security/seal", { json: { reason } }),
};
