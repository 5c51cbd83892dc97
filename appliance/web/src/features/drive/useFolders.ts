import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { drive } from "../../api/drive";
import { keys } from "../../api/query";
import type { Node, Space } from "../../api/types";
import type { TreeRow } from "../../ui/Tree";

/** Folders come first in a listing: a bounded number of pages is enough for a tree. */
async function foldersOf(id: string): Promise<Node[]> {
  const page = await drive.children(id, "name", "asc");
  return page.items.filter((node) => node.kind === "folder");
}

export function useSpaces() {
  const query = useQuery({ queryKey: keys.spaces, queryFn: drive.spaces, staleTime: 30_000 });
  const all = query.data?.items.filter((space) => space.kind !== "conversation") ?? [];
  return {
    ...query,
    personal: all.filter((space) => space.kind === "personal"),
    team: all.filter((space) => space.kind === "department"),
    all,
  };
}

/** The folder tree below some spaces, opened step by step; `path` is opened by itself. */
export function useFolders(spaces: readonly Space[], current: string | undefined, path: readonly string[], nameOf: (space: Space) => string) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const wanted = path.join("/");
  useEffect(() => {
    if (wanted) setOpened((now) => new Set([...now, ...wanted.split("/")]));
  }, [wanted]);
  const ids = [...opened].sort();
  const lists = useQueries({ queries: ids.map((id) => ({ queryKey: keys.folders(id), queryFn: () => foldersOf(id), staleTime: 30_000 })) });
  const below = new Map(ids.map((id, index) => [id, lists[index]?.data]));
  const rows: TreeRow[] = [];
  const walk = (id: string, label: string, level: number) => {
    const inside = below.get(id);
    const open = opened.has(id);
    // Whether a closed folder has folders inside is not known: the arrow is offered, and goes when there are none.
    rows.push({ id, level, label, icon: "folder", open: open && inside?.length === 0 ? undefined : open, on: id === current });
    if (open) for (const folder of inside ?? []) walk(folder.id, folder.name, level + 1);
  };
  for (const space of spaces) walk(space.root, nameOf(space), 1);
  const toggle = (id: string, open: boolean) =>
    setOpened((now) => {
      const next = new Set(now);
      if (open) next.add(id);
      else next.delete(id);
      return next;
    });
  return { rows, toggle };
}
