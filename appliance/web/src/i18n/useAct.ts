import { useState } from "react";
import { asProblem, type Problem } from "../api/problems";
import { toast } from "../ui/Toast";
import { sentence, useProblems } from "./problems";

/** One act of a form: waits, and keeps what the box refused beside the fields. `run` answers whether it went well. */
export function useAct() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (act: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
      return true;
    } catch (error) {
      setProblem(asProblem(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run };
}

/** One act without fields: what the box refused is said in passing. It still rejects, so that a dialog stays open. */
export function useToldAct() {
  const problems = useProblems();
  const [busy, setBusy] = useState(false);
  const run = async (act: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
      throw error;
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
}
