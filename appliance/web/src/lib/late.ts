import { lazy } from "react";

const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 8_000;

/**
 * A part of the client that is loaded when somebody needs it. Without a network it comes once there is one again; a part that
 * the box does not have any more (it was upgraded meanwhile) fails, and the fence around it offers to load the page anew.
 */
export const late: typeof lazy = (load) => lazy(() => patiently(load, isThere, pause));

export async function patiently<T>(
  load: () => Promise<T>,
  isThere: () => Promise<boolean>,
  pause: (milliseconds: number) => Promise<void>,
): Promise<T> {
  let answered = false;
  for (let wait = FIRST_PAUSE_MILLISECONDS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MILLISECONDS)) {
    try {
      return await load();
    } catch (error) {
      // The box answered before this try, too: it has no such part.
      if (answered) throw error;
      await pause(wait);
      answered = await isThere();
    }
  }
}

async function isThere(): Promise<boolean> {
  try {
    return (await fetch("/healthz", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => window.setTimeout(resolve, milliseconds));
