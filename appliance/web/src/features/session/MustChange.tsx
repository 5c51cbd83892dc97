import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/query";
import { me } from "../../api/session";
import { useMe } from "../../api/useMe";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct } from "../../i18n/useAct";
import { useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Banner } from "../../ui/Surface";
import { NewPassword, useNewPassword } from "./NewPassword";
import "./session.css";
import { useTexts } from "./texts";

/** The first sign-in with a password that an administrator gave: nothing else is open before a new one is set. */
export default function MustChange({ onSignOut }: { onSignOut: () => void }) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const { password_rules } = useMe();
  const [current, setCurrent] = useState("");
  const chosen = useNewPassword();
  const { busy, problem, run } = useAct();
  useTitle(t.mustChange);
  const submit = async () => {
    await me.password(current, chosen.next);
    await client.invalidateQueries({ queryKey: keys.me });
  };
  return (
    <div className="sign">
      <span />
      <main className="sign-card">
        <form
          className="stack gap-16"
          onSubmit={(event) => {
            event.preventDefault();
            if (chosen.ready) void run(submit);
          }}
        >
          <div>
            <h1 className="sign-h">{t.mustChange}</h1>
            <p className="soft">{t.mustChangeLead}</p>
          </div>
          {problem && !problem.field ? (
            <Banner tone="danger" icon="alert-circle">
              {sentence(problem, problems)}
            </Banner>
          ) : null}
          <TextField large label={t.current} type="password" autoComplete="current-password" required autoFocus value={current} onValue={setCurrent} fault={fieldFault(problem, "current", problems)} />
          <NewPassword of={chosen} rules={password_rules} problem={problem} />
          <Button type="submit" look="primary" large block busy={busy} disabled={chosen.different}>
            {t.set}
          </Button>
          <Button look="quiet" block onClick={onSignOut}>
            {t.signOut}
          </Button>
        </form>
      </main>
    </div>
  );
}
