/** The end of a day that somebody chose, `2026-11-23`, where they are; null: none. In microseconds. */
export function endOfDay(day: string): number | null {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return null;
  return new Date(year, month - 1, date + 1).getTime() * 1000;
}

/** Seconds until then; 0 when it is over. */
export const secondsUntil = (at: number): number => Math.max(0, (at / 1000 - Date.now()) / 1000);
