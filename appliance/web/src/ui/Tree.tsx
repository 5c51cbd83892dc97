import type { KeyboardEvent, ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

export interface TreeRow {
  id: string;
  level: number;
  label: ReactNode;
  count?: string | undefined;
  icon?: IconName;
  /** undefined: a leaf. */
  open?: boolean | undefined;
  on?: boolean;
}

interface Props {
  label: string;
  rows: TreeRow[];
  onSelect: (id: string) => void;
  onToggle: (id: string, open: boolean) => void;
  menu?: (id: string) => ReactNode;
}

/** A tree as its visible rows, with the keys of the ARIA tree pattern. */
export function Tree({ label, rows, onSelect, onToggle, menu }: Props) {
  const focusable = rows.some((row) => row.on) ? undefined : rows[0]?.id;
  const onKey = (event: KeyboardEvent<HTMLElement>, row: TreeRow, index: number) => {
    const items = [...(event.currentTarget.closest("[role=tree]")?.querySelectorAll<HTMLElement>("[role=treeitem]") ?? [])];
    const go = (to: number) => items[Math.max(0, Math.min(items.length - 1, to))]?.focus();
    const up = () => {
      for (let above = index - 1; above >= 0; above -= 1) if ((rows[above]?.level ?? 0) < row.level) return go(above);
    };
    if (event.key === "ArrowDown") go(index + 1);
    else if (event.key === "ArrowUp") go(index - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(items.length - 1);
    else if (event.key === "ArrowRight" && row.open === false) onToggle(row.id, true);
    else if (event.key === "ArrowRight" && row.open) go(index + 1);
    else if (event.key === "ArrowLeft" && row.open) onToggle(row.id, false);
    else if (event.key === "ArrowLeft") up();
    else if (event.key === "Enter" || event.key === " ") onSelect(row.id);
    else return;
    event.preventDefault();
  };
  return (
    <div className="tree" role="tree" aria-label={label}>
      {rows.map((row, index) => (
        <div
          key={row.id}
          className={`tree-row lvl-${Math.min(row.level, 8)}${row.on ? " is-on" : ""}`}
          role="treeitem"
          aria-level={row.level}
          aria-selected={row.on ?? false}
          aria-expanded={row.open}
          tabIndex={row.on || row.id === focusable ? 0 : -1}
          onClick={() => onSelect(row.id)}
          onKeyDown={(event) => (event.target === event.currentTarget ? onKey(event, row, index) : undefined)}
        >
          <span
            className={row.open ? "twist is-open" : "twist"}
            aria-hidden="true"
            onClick={(event) => {
              if (row.open === undefined) return;
              event.stopPropagation();
              onToggle(row.id, !row.open);
            }}
          >
            {row.open === undefined ? null : <Icon name="right" />}
          </span>
          {row.icon ? <Icon name={row.icon} /> : null}
          <span className="tree-text">{row.label}</span>
          {row.count === undefined ? null : <span className="tree-count">{row.count}</span>}
          {menu?.(row.id)}
        </div>
      ))}
    </div>
  );
}
