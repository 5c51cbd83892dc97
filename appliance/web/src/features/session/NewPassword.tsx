import { useState } from "react";
import type { Problem } from "../../api/problems";
import type { PasswordRules } from "../../api/types";
import { usePasswordHelp } from "../../i18n/passwordHelp";
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

interface Props {
  of: ReturnType<typeof useNewPassword>;
  rules: PasswordRules;
  problem: Problem | null;
  autoFocus?: boolean;
}

export function NewPassword({ of, rules, problem, autoFocus }: Props) {
  const t = useTexts();
  const help = usePasswordHelp(rules);
  const fault = fieldFault(problem, "password", useProblems());
  return (
    <>
      <TextField large label={t.next} type="password" autoComplete="new-password" required autoFocus={autoFocus} value={of.next} onValue={of.setNext} help={help} fault={fault ? `${fault} ${help}` : undefined} />
      <TextField large label={t.repeat} type="password" autoComplete="new-password" required value={of.repeat} onValue={of.setRepeat} fault={of.different ? t.different : undefined} />
    </>
  );
}
