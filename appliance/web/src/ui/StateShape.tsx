import type { ReactNode } from "react";

// A state is always shape and word: these are the shapes, 16 x 16.
const shapes = {
  "ok": <><circle cx="8" cy="8" r="7" fill="currentColor"/><path d="m4.8 8.2 2.2 2.2 4.2-4.4" fill="none" stroke="var(--canvas)" strokeWidth="1.75" strokeLinecap="round" strokeLinejoin="round"/></>,
  "dot": <><circle cx="8" cy="8" r="5" fill="currentColor"/></>,
  "ring": <><circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2"/></>,
  "half": <><circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2"/><path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"/></>,
  "pause": <><rect x="1.5" y="1.5" width="13" height="13" rx="3" fill="currentColor"/><path d="M6 5v6M10 5v6" stroke="var(--canvas)" strokeWidth="1.75" strokeLinecap="round"/></>,
  "dash": <><circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" strokeDasharray="2.4 2.3"/></>,
  "tri": <><path d="M8 1.5 15.2 14H.8Z" fill="currentColor" stroke="currentColor" strokeLinejoin="round"/><path d="M8 6v3.6M8 11.9v.1" stroke="var(--canvas)" strokeWidth="1.75" strokeLinecap="round"/></>,
  "xring": <><circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2"/><path d="m6 6 4 4m0-4-4 4" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round"/></>,
  "line": <><path d="M3 8h10" stroke="currentColor" strokeWidth="2" strokeLinecap="round"/></>,
  "dia": <><path d="M8 .8 15.2 8 8 15.2.8 8Z" fill="currentColor"/><path d="m6 6 4 4m0-4-4 4" stroke="var(--canvas)" strokeWidth="1.6" strokeLinecap="round"/></>,
  "plus": <><path d="M8 3v10M3 8h10" stroke="currentColor" strokeWidth="2" strokeLinecap="round"/></>,
  "delta": <><path d="M8 3 13.5 13h-11Z" fill="none" stroke="currentColor" strokeWidth="2" strokeLinejoin="round"/></>,
  "locked": <><rect x="2" y="7" width="12" height="8" rx="2" fill="currentColor"/><path d="M4.8 7V5a3.2 3.2 0 0 1 6.4 0v2" fill="none" stroke="currentColor" strokeWidth="1.75"/></>,
} satisfies Record<string, ReactNode>;

export type ShapeName = keyof typeof shapes;
export type Tone = "ok" | "warn" | "bad" | "off" | "run";

export function StateShape({ name, tone }: { name: ShapeName; tone?: Tone }) {
  return (
    <svg className={tone ? `sh st-${tone}` : "sh"} viewBox="0 0 16 16" aria-hidden="true">
      {shapes[name]}
    </svg>
  );
}

/** Shape and word on one line. */
export function State({ shape, tone, children }: { shape: ShapeName; tone: Tone; children: ReactNode }) {
  return (
    <span className={`st st-${tone}`}>
      <StateShape name={shape} />
      {children}
    </span>
  );
}
