import { createContext, useContext, type ReactNode } from "react";

/** What the frame puts at the right end of every page's bar: the box's state, who is signed in. */
export const PageBarEnd = createContext<ReactNode>(null);

/** The bar over a console page. */
export function PageBar({ title, sub, children }: { title: string; sub?: ReactNode; children?: ReactNode }) {
  const end = useContext(PageBarEnd);
  return (
    <header className="con-bar">
      <h1>{title}</h1>
      {sub ? <span className="sub truncate">{sub}</span> : null}
      <div className="btns end">{children}</div>
      {end}
    </header>
  );
}
