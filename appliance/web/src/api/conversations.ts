import type { Interval } from "../lib/intervals";
import { address, http } from "./client";
import type { NewBody } from "./types";

export interface Window {
  before?: number;
  after?: number;
  limit?: number;
}

export const conversations = {
  list: (cursor?: string) => http.get("/conversations", { query: { cursor, limit: 200 } }),
  get: (id: string) => http.get("/conversations/{id}", { params: { id } }),
  create: (cid: string, kind: "direct" | "group", members: string[], title?: string) =>
    http.post("/conversations", { json: { cid, kind, members, ...(title ? { title } : {}) } }),
  update: (id: string, change: { title?: string; muted?: boolean; pinned?: boolean }) =>
    http.patch("/conversations/{id}", { params: { id }, json: change }),
  members: (id: string, cursor?: string) =>
    http.get("/conversations/{id}/members", { params: { id }, query: { cursor, limit: 200 } }),
  addMembers: (id: string, cid: string, members: string[]) =>
    http.post("/conversations/{id}/members", { params: { id }, json: { cid, members } }),
  removeMember: (id: string, uid: string) =>
    http.delete("/conversations/{id}/members/{uid}", { params: { id, uid } }),
  messages: (id: string, window: Window) =>
    http.get("/conversations/{id}/messages", { params: { id }, query: { ...window } }),
  send: (id: string, cid: string, body: NewBody) =>
    http.post("/conversations/{id}/messages", { params: { id }, json: { cid, body } }),
  markRead: (id: string, ranges: Interval[]) =>
    http.put("/conversations/{id}/read", { params: { id }, json: { ranges } }),
  readers: (id: string, seq: number) =>
    http.get("/conversations/{id}/messages/{seq}/readers", { params: { id, seq } }),
  recall: (id: string, seq: number, cid: string) =>
    http.post("/conversations/{id}/messages/{seq}/recall", { params: { id, seq }, json: { cid } }),
  sync: (from: string) => http.get("/sync", { query: { from } }),
};

/** Where members fetch an attachment. */
export const attachmentAddress = (conversation: string, node: string) =>
  address("/conversations/{id}/files/{node}", { params: { id: conversation, node } });

/** Where an attachment is posted. */
export const attachmentDoor = (conversation: string, name: string) =>
  address("/conversations/{id}/files", { params: { id: conversation }, query: { name } });
