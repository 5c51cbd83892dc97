import { useEffect, useState } from "react";

/** Instants on the wire are microseconds since 1970; JavaScript counts milliseconds. */
export const toDate = (microseconds: number): Date => new Date(microseconds / 1000);
export const fromDate = (date: Date): number => date.getTime() * 1000;

/** The present minute: what is shown as "today" must become "yesterday" at midnight. */
export function useMinute(): number {
  const [minute, setMinute] = useState(() => Math.floor(Date.now() / 60_000));
  useEffect(() => {
    const timer = window.setInterval(() => setMinute(Math.floor(Date.now() / 60_000)), 15_000);
    return () => window.clearInterval(timer);
  }, []);
  return minute;
}
