import { useEffect, useRef, useState, useSyncExternalStore } from "react";

/** The value, once it has stood still for so long. */
export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), milliseconds);
    return () => window.clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}

/** True once `on` has lasted: a skeleton is shown after 200 ms, never before. */
export function useLasting(on: boolean, milliseconds = 200): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!on) {
      setLasting(false);
      return;
    }
    const timer = window.setTimeout(() => setLasting(true), milliseconds);
    return () => window.clearTimeout(timer);
  }, [on, milliseconds]);
  return lasting;
}

/** Always the newest version of a callback, under one identity. */
export function useLatest<T>(value: T): { readonly current: T } {
  const ref = useRef(value);
  useEffect(() => {
    ref.current = value;
  });
  return ref;
}

export function useMedia(media: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(media);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    () => window.matchMedia(media).matches,
  );
}

/** Less than 640 px: one pane at a time and tabs at the bottom. */
export const usePhone = () => useMedia("(max-width: 639px)");
/** Less than 1280 px: the right panel lies over the page. */
export const useNarrow = () => useMedia("(max-width: 1279px)");

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Holdfast` : "Holdfast";
  }, [title]);
}
