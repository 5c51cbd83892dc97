import { http } from "./client";
import type { HitKind, SearchAnswer, SearchPage } from "./types";

export interface SearchFilter {
  from?: string;
  in?: string;
  after?: number;
  before?: number;
}

export const search = {
  all: (q: string, filter: SearchFilter & { typing?: boolean }, signal?: AbortSignal) =>
    http.get<SearchAnswer>("/search", { query: { q, kind: "all", ...filter }, signal }),
  kind: (q: string, kind: HitKind, filter: SearchFilter, cursor?: string, signal?: AbortSignal) =>
    http.get<SearchPage>("/search", { query: { q, kind, ...filter, cursor }, signal }),
};
