import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { keys } from "../../api/query";
import { search, type SearchFilter } from "../../api/search";
import type { HitGroup, HitKind } from "../../api/types";

/** The order in which groups stand, everywhere. */
export const ORDER: HitKind[] = ["people", "conversations", "messages", "files"];

export function useSearchAll(q: string, filter: SearchFilter, typing: boolean) {
  const query = useQuery({
    queryKey: keys.search({ q, ...filter, typing }),
    queryFn: ({ signal }) => search.all(q, { ...filter, ...(typing ? { typing: true } : {}) }, signal),
    enabled: q !== "",
    // What stood there stays until the next answer: the list must not blink at every key.
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const groups: HitGroup[] = q === "" ? [] : ORDER.flatMap((kind) => query.data?.groups.filter((group) => group.kind === kind && group.items.length > 0) ?? []);
  return { ...query, groups };
}
