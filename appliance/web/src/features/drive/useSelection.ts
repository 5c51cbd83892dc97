import { useEffect, useRef, useState } from "react";
import type { Node } from "../../api/types";

export interface Selection {
  nodes: Node[];
  has: (id: string) => boolean;
  only: (id: string) => void;
  toggle: (id: string) => void;
  /** From the row chosen last to this one. */
  range: (id: string) => void;
  all: () => void;
  clear: () => void;
}

/** Which rows of a listing are chosen, with the usual keys: plain, Ctrl, Shift. */
export function useSelection(nodes: readonly Node[], initial: string | undefined): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(() => new Set(initial ? [initial] : []));
  const anchor = useRef<string | undefined>(initial);
  useEffect(() => {
    if (initial) setIds(new Set([initial]));
  }, [initial]);
  const chosen = nodes.filter((node) => ids.has(node.id));
  return {
    nodes: chosen,
    has: (id) => ids.has(id),
    only: (id) => {
      anchor.current = id;
      setIds(new Set([id]));
    },
    toggle: (id) => {
      anchor.current = id;
      setIds((now) => {
        const next = new Set(now);
        if (!next.delete(id)) next.add(id);
        return next;
      });
    },
    range: (id) => {
      const from = nodes.findIndex((node) => node.id === anchor.current);
      const to = nodes.findIndex((node) => node.id === id);
      if (from < 0 || to < 0) return setIds(new Set([id]));
      setIds(new Set(nodes.slice(Math.min(from, to), Math.max(from, to) + 1).map((node) => node.id)));
    },
    all: () => setIds(new Set(nodes.map((node) => node.id))),
    clear: () => setIds(new Set()),
  };
}
