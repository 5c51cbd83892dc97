import { useState } from "react";
import type { Problem } from "../../api/problems";
import { fieldFault, useProblems } from "../../i18n/problems";
import { TextField } from "../../ui/Field";
import { useTexts } from "./texts";

/** A new password, typed twice. `ready`: both are there and the same. */
export function useNewPassword() {
  const [next, setNext] = useState("");
  const [repeat, setRepeat] = useState("");
  const different = repeat !== "" && repeat !== next;
  return { next, setNext, repeat, setRepeat, different, ready: next !== "" && repeat === next };
}

export function NewPassword({ of, problem, autoFocus }: { of: ReturnType<typeof useNewPassword>; problem: Problem | null; autoFocus?: boolean }) {
  const t = useTexts();
  const fault = fieldFault(problem, "password", useProblems());
  return (
    <>
      <TextField large label={t.next} type="password" autoComplete="new-password" required autoFocus={autoFocus} value={of.next} onValue={of.setNext} help={t.nextHelp} fault={fault ? `${fault} ${t.nextHelp}` : undefined} />
      <TextField large label={t.repeat} type="password" autoComplete="new-password" required value={of.repeat} onValue={of.setRepeat} fault={of.different ? t.different : undefined} />
    </>
  );
}
