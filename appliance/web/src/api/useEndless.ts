import { keepPreviousData, useInfiniteQuery, type QueryKey } from "@tanstack/react-query";
import type { Page } from "./types";

/** A list that goes on as one scrolls. `keep`: while somebody types, what stood there stays until the next answer. */
export function useEndless<T>(queryKey: QueryKey, fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>, { enabled = true, keep = false } = {}) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    enabled,
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });
  return { ...query, items: query.data?.pages.flatMap((page) => page.items) ?? [] };
}
