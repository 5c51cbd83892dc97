import { http, STATUS } from "./client";
import type { AppPassword, Locale, Me, Page, Person, Session, Status, Theme } from "./types";

export const session = {
  signIn: (uid: string, password: string) =>
    http.post<{ token?: string; person: Person }>("/sessions", { json: { uid, password } }),
  signOut: () => http.delete("/sessions/current"),
  list: () => http.get<Page<Session>>("/sessions"),
  end: (id: string) => http.delete("/sessions/{id}", { params: { id } }),
};

export const me = {
  get: () => http.get<Me>("/me"),
  update: (change: { locale?: Locale; theme?: Theme }) => http.patch<Me>("/me", { json: change }),
  password: (current: string, password: string) => http.post<void>("/me/password", { json: { current, password } }),
  appPasswords: () => http.get<Page<AppPassword>>("/me/app-passwords"),
  newAppPassword: (cid: string, label: string, door: AppPassword["door"]) =>
    http.post<{ id: string; label: string; password: string }>("/me/app-passwords", { json: { cid, label, door } }),
  dropAppPassword: (id: string) => http.delete("/me/app-passwords/{id}", { params: { id } }),
};

/** Needs no session. */
export const boxStatus = () => http.get<Status>(STATUS);
