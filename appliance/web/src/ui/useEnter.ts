import { useEffect, useState } from "react";

/** Enter means what was typed, never what stood there before: it waits for the answer, unless somebody types on. */
export function useEnter(typed: string, answered: boolean, act: () => void): () => void {
  const [waiting, setWaiting] = useState(false);
  useEffect(() => setWaiting(false), [typed]);
  useEffect(() => {
    if (!waiting || !answered) return;
    setWaiting(false);
    act();
  }, [waiting, answered, act]);
  return () => (answered ? act() : setWaiting(true));
}
