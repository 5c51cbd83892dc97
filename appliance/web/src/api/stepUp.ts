import { create } from "zustand";

// What administrators change, and one's own ways to sign in, ask for a proof that is not older than a quarter of an hour.
// The HTTP client waits here for it, a dialog gives it, and what was being done goes on.

interface StepUp {
  /** Set while somebody waits: whether the proof was given. */
  answer: ((given: boolean) => void) | null;
}

export const useStepUp = create<StepUp>(() => ({ answer: null }));

let asking: Promise<boolean> | null = null;

/** Asks the person once, however many requests wait. */
export function askOnceMore(): Promise<boolean> {
  asking ??= new Promise<boolean>((resolve) => {
    useStepUp.setState({
      answer: (given) => {
        asking = null;
        useStepUp.setState({ answer: null });
        resolve(given);
      },
    });
  });
  return asking;
}
