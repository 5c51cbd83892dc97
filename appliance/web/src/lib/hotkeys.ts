import { useEffect } from "react";

type Handler = (event: KeyboardEvent) => void;

/** Listens on the window for one chord such as "mod+k" (mod: Ctrl, or Command on a Mac), "alt+arrowup", "escape". */
export function useHotkey(chord: string, handler: Handler): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || !matches(event, chord)) return;
      handler(event);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [chord, handler]);
}

export function matches(event: KeyboardEvent, chord: string): boolean {
  const wanted = chord.toLowerCase().split("+");
  const key = wanted.at(-1);
  const mod = event.ctrlKey || event.metaKey;
  return (
    event.key.toLowerCase() === key &&
    mod === wanted.includes("mod") &&
    event.altKey === wanted.includes("alt") &&
    event.shiftKey === wanted.includes("shift")
  );
}
