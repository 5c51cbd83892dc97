import { http } from "./client";
import type { HitKind, SearchAnswer, SearchPage } from "./types";

export interface SearchFilter {
  from?: string;
  in?: string;
  after?: number;
  before?: number;
  /** Newest first instead of best first. */
  newest?: boolean;
}

/** Days in a query begin at midnight here. */
const here = () => ({ offset_minutes: -new Date().getTimezoneOffset() });

// One door answers groups for `all` and a list for one kind.
export const search = {
  all: (q: string, filter: SearchFilter & { typing?: boolean }, signal?: AbortSignal) =>
    http.get("/search", { query: { q, kind: "all", ...filter, ...here() }, signal }) as Promise<SearchAnswer>,
  kind: (q: string, kind: HitKind, filter: SearchFilter, cursor?: string, signal?: AbortSignal) =>
    http.get("/search", { query: { q, kind, ...filter, ...here(), cursor }, signal }) as Promise<SearchPage>,
};
