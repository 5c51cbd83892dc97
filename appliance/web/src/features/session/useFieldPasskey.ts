import { useEffect, useRef } from "react";
import { asProblem, type Problem } from "../../api/problems";
import { offersInField, signInWithPasskey, wasCancelled } from "../../api/passkeys";
import { useLatest } from "../../lib/react";

/** A passkey, offered in the field for the account as long as the page is open, or asked for with a button. */
export function useFieldPasskey(onIn: () => Promise<void>, onProblem: (problem: Problem) => void): () => Promise<void> {
  const waiting = useRef(new AbortController());
  const came = useLatest({ onIn, onProblem });

  const ask = async (inField: boolean, signal: AbortSignal) => {
    try {
      await signInWithPasskey(inField, signal);
      await came.current.onIn();
    } catch (error) {
      // A passkey of the field that does not fit is told; that nobody picked one is not.
      if (!wasCancelled(error)) came.current.onProblem(asProblem(error));
    }
  };
  const asked = useLatest(ask);

  useEffect(() => {
    const controller = new AbortController();
    waiting.current = controller;
    void offersInField().then((offers) => {
      if (offers && !controller.signal.aborted) void asked.current(true, controller.signal);
    });
    return () => controller.abort();
  }, [asked]);

  return async () => {
    // A browser asks for one at a time.
    waiting.current.abort();
    waiting.current = new AbortController();
    await ask(false, waiting.current.signal);
  };
}
