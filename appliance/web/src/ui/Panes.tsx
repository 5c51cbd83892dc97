import type { ReactNode } from "react";

/** The panes of one page. On a phone only one of them is on the screen. */
export function Panes({ show, children }: { show: "list" | "main" | "side"; children: ReactNode }) {
  return <div className={`panes panes-${show}`}>{children}</div>;
}
