import { address, http } from "./client";
import type { NewUpload } from "./types";

export type Sort = "name" | "size" | "changed";
export type Order = "asc" | "desc";

export const drive = {
  spaces: () => http.get("/drive/spaces"),
  node: (id: string) => http.get("/drive/nodes/{id}", { params: { id } }),
  children: (id: string, sort: Sort, order: Order, cursor?: string) =>
    http.get("/drive/nodes/{id}/children", { params: { id }, query: { sort, order, cursor, limit: 200 } }),
  newFolder: (parent: string, cid: string, name: string) =>
    http.post("/drive/nodes/{id}/children", { params: { id: parent }, json: { cid, kind: "folder", name } }),
  change: (id: string, change: { name?: string; parent?: string }, etag?: string) =>
    http.patch("/drive/nodes/{id}", { params: { id }, json: change, ...(etag ? { headers: { "if-match": `"${etag}"` } } : {}) }),
  remove: (id: string) => http.delete("/drive/nodes/{id}", { params: { id } }),
  versions: (id: string) => http.get("/drive/nodes/{id}/versions", { params: { id } }),
  restoreVersion: (id: string, version: string, cid: string) =>
    http.post("/drive/nodes/{id}/versions/{version}/restore", { params: { id, version }, json: { cid } }),
  trash: (space: string, cursor?: string) =>
    http.get("/drive/spaces/{id}/trash", { params: { id: space }, query: { cursor, limit: 200 } }),
  restore: (id: string, cid: string) => http.post("/drive/nodes/{id}/restore", { params: { id }, json: { cid } }),
  purge: (id: string) => http.delete("/drive/trash/{id}", { params: { id } }),
};

export const uploads = {
  begin: (upload: NewUpload) => http.post("/drive/uploads", { json: upload }),
  get: (id: string) => http.get("/drive/uploads/{id}", { params: { id } }),
  commit: (id: string, sha256?: string) =>
    http.post("/drive/uploads/{id}/commit", { params: { id }, json: sha256 ? { sha256 } : {} }),
  cancel: (id: string) => http.delete("/drive/uploads/{id}", { params: { id } }),
  /** Where the bytes go; sent by XMLHttpRequest, which alone reports progress. */
  door: (id: string) => address("/drive/uploads/{id}", { params: { id } }),
};

/** The bytes of a file, always as a download. */
export const contentAddress = (id: string, version?: string) =>
  address("/drive/nodes/{id}/content", { params: { id }, query: { version } });
