import { http, STATUS } from "./client";
import type { AppPassword, Locale, Theme } from "./types";

export const session = {
  signIn: (uid: string, password: string) =>
    http.post("/sessions", { json: { uid, password } }),
  signOut: () => http.delete("/sessions/current"),
  list: () => http.get("/sessions"),
  end: (id: string) => http.delete("/sessions/{id}", { params: { id } }),
};

export const me = {
  get: () => http.get("/me"),
  update: (change: { locale?: Locale; theme?: Theme }) => http.patch("/me", { json: change }),
  password: (current: string, password: string) => http.post("/me/password", { json: { current, password } }),
  appPasswords: () => http.get("/me/app-passwords"),
  newAppPassword: (cid: string, label: string, door: AppPassword["door"]) =>
    http.post("/me/app-passwords", { json: { cid, label, door } }),
  dropAppPassword: (id: string) => http.delete("/me/app-passwords/{id}", { params: { id } }),
};

/** One-time codes with which a password is chosen. Needs no session. */
export const enrolment = {
  look: (code: string) => http.post("/enrolments/lookup", { json: { code } }),
  redeem: (code: string, password: string) => http.post("/enrolments/redeem", { json: { code, password } }),
};

/** Needs no session. */
export const boxStatus = () => http.get(STATUS);
