import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { passkeysWork, wasCancelled } from "../../api/passkeys";
import { keys } from "../../api/query";
import { me, secondFactor, session } from "../../api/session";
import { useStepUp } from "../../api/stepUp";
import { FormDialog } from "../../i18n/FormDialog";
import { sentence, useProblems } from "../../i18n/problems";
import { useAct } from "../../i18n/useAct";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Banner } from "../../ui/Surface";
import { useTexts } from "./texts";

/** Asks once more who somebody is, over whatever they were doing; then that goes on. */
export default function StepUp() {
  const answer = useStepUp((state) => state.answer);
  return answer ? <Asking answer={answer} /> : null;
}

function Asking({ answer }: { answer: (given: boolean) => void }) {
  const t = useTexts();
  const problems = useProblems();
  const { data: held } = useQuery({ queryKey: keys.secondFactors, queryFn: me.secondFactors });
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const { busy, problem, run } = useAct();
  const byPasskey = passkeysWork() && (held?.passkeys.length ?? 0) > 0;
  const give = async (act: () => Promise<unknown>) => {
    if (await run(act)) answer(true);
  };
  const withPasskey = () => session.proveWithPasskey().catch((error: unknown) => Promise.reject(wasCancelled(error) ? new DOMException() : error));
  const withPassword = () => session.prove({ password, ...secondFactor(code) });
  const shown = problem && problem.status !== 0 ? problem : null;
  return (
    <FormDialog size="sm" title={t.stepUp} act={t.stepUpAct} busy={busy} ready={password !== ""} onClose={() => answer(false)} onSubmit={() => void give(withPassword)}>
      <p className="soft">{t.stepUpText}</p>
      {shown ? (
        <Banner tone="danger" icon="alert-circle">
          {sentence(shown, problems)}
        </Banner>
      ) : null}
      {byPasskey ? (
        <Button icon="key" block busy={busy} onClick={() => void give(withPasskey)}>
          {t.withPasskey}
        </Button>
      ) : null}
      <TextField label={t.password} type="password" autoComplete="current-password" autoFocus value={password} onValue={setPassword} />
      {held?.totp_since ? <TextField label={t.secondCode} help={t.secondHelp} autoComplete="one-time-code" inputMode="text" maxLength={64} value={code} onValue={setCode} /> : null}
    </FormDialog>
  );
}
