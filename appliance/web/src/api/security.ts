import { http } from "./client";
import type { Role } from "./types";

export const roles = {
  list: () => http.get("/roles"),
  grant: (cid: string, role: Role, uid: string, reason: string) =>
    http.post("/roles", { json: { cid, role, uid, reason } }),
  revoke: (role: Role, uid: string) => http.delete("/roles/{role}/{uid}", { params: { role, uid } }),
};

export const hsm = {
  get: () => http.get("/security/hsm"),
  rotate: () => http.post("/security/rotations", { json: {} }),
  seal: (reason: string) => http.post("/security/seal", { json: { reason } }),
};
