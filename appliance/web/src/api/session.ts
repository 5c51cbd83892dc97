import { http, STATUS } from "./client";
import { ownAssertion } from "./passkeys";
import type { AppPassword, Locale, Theme } from "./types";

/** Besides the password: six digits of the app, or a recovery code. */
export interface SecondFactor {
  totp?: string;
  recovery_code?: string;
}

/** What was typed as it is meant: six digits are of the app, all else is a recovery code. */
export function secondFactor(typed: string): SecondFactor {
  const bare = typed.replace(/\s/g, "");
  if (bare === "") return {};
  return /^\d{6}$/.test(bare) ? { totp: bare } : { recovery_code: typed.trim() };
}

export const session = {
  signIn: (uid: string, password: string, second: SecondFactor = {}) =>
    http.post("/sessions", { json: { uid, password, ...second } }),
  prove: (proof: { password: string } & SecondFactor) => http.post("/sessions/current/proof", { json: proof }),
  proveWithPasskey: async () => http.post("/sessions/current/proof", { json: { passkey: await ownAssertion() } }),
  signOut: () => http.delete("/sessions/current"),
  list: () => http.get("/sessions"),
  endOthers: () => http.delete("/sessions"),
  end: (id: string) => http.delete("/sessions/{id}", { params: { id } }),
};

export const me = {
  get: () => http.get("/me"),
  update: (change: { locale?: Locale; theme?: Theme }) => http.patch("/me", { json: change }),
  password: (current: string, password: string) => http.post("/me/password", { json: { current, password } }),
  signIns: (cursor?: string) => http.get("/me/sign-ins", { query: { cursor, limit: 20 } }),
  secondFactors: () => http.get("/me/second-factors"),
  beginTotp: () => http.post("/me/totp"),
  confirmTotp: (code: string) => http.post("/me/totp/confirm", { json: { code } }),
  removeTotp: () => http.delete("/me/totp"),
  renewRecoveryCodes: () => http.post("/me/recovery-codes"),
  dropPasskey: (id: string) => http.delete("/me/passkeys/{id}", { params: { id } }),
  appPasswords: () => http.get("/me/app-passwords"),
  newAppPassword: (cid: string, label: string, door: AppPassword["door"], expires_at: number | null) =>
    http.post("/me/app-passwords", { json: { cid, label, door, expires_at } }),
  dropAppPassword: (id: string) => http.delete("/me/app-passwords/{id}", { params: { id } }),
};

/** One-time codes with which a password is chosen. Needs no session. */
export const enrolment = {
  look: (code: string) => http.post("/enrolments/lookup", { json: { code } }),
  redeem: (code: string, password: string, second: SecondFactor = {}) => http.post("/enrolments/redeem", { json: { code, password, ...second } }),
};

/** Needs no session. */
export const boxStatus = () => http.get(STATUS);
