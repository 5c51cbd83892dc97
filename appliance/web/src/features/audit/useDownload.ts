import { useState } from "react";
import { asProblem } from "../../api/problems";
import { sentence, useProblems } from "../../i18n/problems";
import { saveBytes } from "../../lib/save";
import { toast } from "../../ui/Toast";
import { useTexts } from "./texts";

/** Fetches bytes and hands them to the browser as a download. */
export function useDownload() {
  const t = useTexts();
  const problems = useProblems();
  const [busy, setBusy] = useState(false);
  const run = async (fetch: () => Promise<Blob>, name: string) => {
    setBusy(true);
    try {
      saveBytes(await fetch(), name);
      toast(t.exported, "ok");
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
}
