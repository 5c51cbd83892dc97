import { useState, type FormEvent } from "react";
import { Link } from "wouter";
import { isProblem, type Problem } from "../../api/problems";
import { enrolment, secondFactor } from "../../api/session";
import type { Enrolment } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { useFormat } from "../../i18n/format";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct } from "../../i18n/useAct";
import { paths } from "../../lib/paths";
import { useTitle } from "../../lib/react";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Banner } from "../../ui/Surface";
import { useBegin } from "./begin";
import { NewPassword, useNewPassword } from "./NewPassword";
import { SignFrame } from "./SignFrame";
import { useTexts } from "./texts";

/** A one-time code becomes a password: whose it is, the password, signed in. The code stands in no address. */
export default function Enrol() {
  const t = useTexts();
  useTitle(t.enrolTitle);
  const [code, setCode] = useState("");
  const [found, setFound] = useState<Enrolment | null>(null);
  const note = (
    <Link className="link" href={paths.signIn()}>
      {t.havePassword}
    </Link>
  );
  return (
    <SignFrame title={t.enrolTitle} lead={found ? t.enrolLeadPassword : t.enrolLead} note={note}>
      {found ? <Choose code={code} whose={found} onOther={() => setFound(null)} /> : <Look code={code} onCode={setCode} onFound={setFound} />}
    </SignFrame>
  );
}

function Wrong({ problem }: { problem: Problem | null }) {
  const t = useTexts();
  const problems = useProblems();
  if (!problem || problem.field) return null;
  return (
    <Banner tone="danger" icon="alert-circle">
      {problem.code === "not-found" ? t.codeUnknown : sentence(problem, problems)}
    </Banner>
  );
}

function Look({ code, onCode, onFound }: { code: string; onCode: (code: string) => void; onFound: (found: Enrolment) => void }) {
  const t = useTexts();
  const problems = useProblems();
  const { busy, problem, run } = useAct();
  const look = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => onFound(await enrolment.look(code.trim())));
  };
  return (
    <form className="stack gap-16" onSubmit={look}>
      <Wrong problem={problem} />
      <TextField
        large
        label={t.code}
        help={t.codeHelp}
        placeholder="XXXX-XXXX-XXXX-XXXX"
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellCheck={false}
        autoFocus
        required
        maxLength={64}
        value={code}
        onValue={onCode}
        fault={fieldFault(problem, "code", problems)}
      />
      <Button type="submit" look="primary" large block busy={busy} disabled={code.trim() === ""}>
        {t.goOn}
      </Button>
    </form>
  );
}

function Choose({ code, whose, onOther }: { code: string; whose: Enrolment; onOther: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const chosen = useNewPassword();
  const begin = useBegin();
  const [typed, setTyped] = useState("");
  // Whoever has an authenticator app shows its code besides: a forgotten password is all that a one-time code stands in for.
  const [second, setSecond] = useState(false);
  const { busy, problem, run } = useAct();
  const redeem = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      try {
        await enrolment.redeem(code.trim(), chosen.next, secondFactor(typed));
      } catch (error) {
        setSecond((before) => before || isProblem(error, "second-factor-required"));
        throw error;
      }
      await begin();
    });
  };
  return (
    <form className="stack gap-16" onSubmit={redeem}>
      <div className="enrol-who">
        <Avatar name={whose.name} seed={whose.uid} size={40} />
        <div className="grow">
          <b>{whose.name}</b>
          <p className="meta">{[whose.uid, ...whose.roles.map((role) => common.roles[role])].join(" · ")}</p>
        </div>
        <Button small look="quiet" onClick={onOther}>
          {t.notMe}
        </Button>
      </div>
      <Wrong problem={problem} />
      {/* For password managers: which account this is. */}
      <input className="sr-only" type="text" autoComplete="username" value={whose.uid} readOnly tabIndex={-1} aria-hidden="true" />
      <NewPassword of={chosen} rules={whose.password_rules} problem={problem} autoFocus />
      {second ? <TextField large label={t.secondCode} help={t.secondHelp} autoComplete="one-time-code" required maxLength={64} value={typed} onValue={setTyped} /> : null}
      <Button type="submit" look="primary" large block busy={busy} disabled={!chosen.ready}>
        {t.setAndSignIn}
      </Button>
      <p className="meta">{t.codeUntil(format.near(whose.expires_at))}</p>
    </form>
  );
}
