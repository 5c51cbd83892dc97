import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { everything } from "./client";
import { departments, type Reach } from "./directory";
import { keys } from "./query";
import type { Department } from "./types";

export interface DepartmentRow {
  department: Department;
  level: number;
  /** undefined: nothing below. */
  open: boolean | undefined;
}

const under = (parent: string | null, reach: Reach) => everything((cursor) => departments.under(parent ?? undefined, cursor, reach));

/** The visible rows of the department tree; children are fetched when their parent is opened. */
export function useDepartmentTree(selected: string | undefined, reach: Reach = "seen") {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const roots = useQuery({ queryKey: keys.departments(null, reach), queryFn: () => under(null, reach), staleTime: 60_000 });
  const ids = useMemo(() => [...opened].sort(), [opened]);
  const children = useQueries({
    queries: ids.map((id) => ({ queryKey: keys.departments(id, reach), queryFn: () => under(id, reach), staleTime: 60_000 })),
  });
  useOpenPath(selected, reach, setOpened);
  useOpenSingleRoot(roots.data, setOpened);

  const below = new Map(ids.map((id, index) => [id, children[index]?.data]));
  const rows: DepartmentRow[] = [];
  const walk = (list: readonly Department[], level: number) => {
    for (const department of list) {
      const open = department.children > 0 ? opened.has(department.id) : undefined;
      rows.push({ department, level, open });
      const inside = open ? below.get(department.id) : undefined;
      if (inside) walk(inside, level + 1);
    }
  };
  walk(roots.data ?? [], 1);
  const toggle = (id: string, open: boolean) =>
    setOpened((now) => {
      const next = new Set(now);
      if (open) next.add(id);
      else next.delete(id);
      return next;
    });
  return { rows, toggle, loading: roots.isPending, error: roots.error, refetch: roots.refetch };
}

type SetOpened = (change: (now: ReadonlySet<string>) => ReadonlySet<string>) => void;

/** Who comes by an address sees where the department stands. */
function useOpenPath(selected: string | undefined, reach: Reach, setOpened: SetOpened): void {
  const { data } = useQuery({
    queryKey: keys.department(selected ?? "", reach),
    queryFn: () => departments.get(selected ?? "", reach),
    enabled: selected !== undefined,
    staleTime: 60_000,
  });
  useEffect(() => {
    if (data) setOpened((now) => new Set([...now, ...data.path.filter((one) => one.id !== data.id).map((one) => one.id)]));
  }, [data, setOpened]);
}

function useOpenSingleRoot(roots: Department[] | undefined, setOpened: SetOpened): void {
  const only = roots?.length === 1 ? roots[0] : undefined;
  const id = only && only.children > 0 ? only.id : undefined;
  useEffect(() => {
    if (id) setOpened((now) => new Set([...now, id]));
  }, [id, setOpened]);
}
