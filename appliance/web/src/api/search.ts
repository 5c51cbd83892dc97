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

export const search = {
  all: (q: string, filter: SearchFilter & { typing?: boolean }, signal?: AbortSignal) =>
    http.get<SearchAnswer>("/search", { query: { q, kind: "all", ...filter, ...here() }, signal }),
  kind: (q: string, kind: HitKind, filter: SearchFilter, cursor?: string, signal?: AbortSignal) =>
    http.get<SearchPage>("/search", { query: { q, kind, ...filter, ...here(), cursor }, signal }),
};
