import { address, http } from "./client";
import type { DataRequest, NewDataRequest } from "./types";

/** Its name among what is held. */
export const ownDataKey = ["own-data-requests"] as const;

export const ownData = {
  list: () => http.get("/me/data-requests"),
  ask: (cid: string, request: Omit<NewDataRequest, "cid">) => http.post("/me/data-requests", { json: { cid, ...request } }),
  withdraw: (id: string) => http.delete("/me/data-requests/{id}", { params: { id } }),
  /** Where the browser fetches the copy. */
  copy: ({ id }: DataRequest) => address("/me/data-requests/{id}/copy", { params: { id } }),
};
