import type { KeyboardEvent } from "react";

/**
 * Arrow keys move the focus among the rows of a list, Home and End to its ends. Rows are the focusable elements
 * marked with `data-row`; Enter is the row's own business.
 */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined && event.key !== "Home" && event.key !== "End") return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row]")];
  if (rows.length === 0) return;
  const current = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
  const next = event.key === "Home" ? 0 : event.key === "End" ? rows.length - 1 : clamp(current + (step ?? 0), rows.length);
  if (next === current) return;
  event.preventDefault();
  rows[next]?.focus();
  rows[next]?.scrollIntoView({ block: "nearest" });
}

const clamp = (index: number, length: number) => Math.max(0, Math.min(length - 1, index));
