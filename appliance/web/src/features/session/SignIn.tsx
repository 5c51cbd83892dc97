import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { Link } from "wouter";
import { useLive } from "../../api/live";
import { passkeysWork } from "../../api/passkeys";
import { asProblem, isProblem, type Problem } from "../../api/problems";
import { secondFactor, session } from "../../api/session";
import { sentence, useProblems } from "../../i18n/problems";
import { paths } from "../../lib/paths";
import { useTitle } from "../../lib/react";
import { Button, IconButton } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Banner } from "../../ui/Surface";
import { useBegin } from "./begin";
import { SignFrame, useEnterprise } from "./SignFrame";
import { useTexts } from "./texts";
import { useFieldPasskey } from "./useFieldPasskey";

/** HTML 4.10.18.7.1: a field for the account that offers passkeys too. The linter's list has no `webauthn` yet. */
const ACCOUNT = "username webauthn";

export default function SignIn() {
  const t = useTexts();
  const enterprise = useEnterprise();
  useTitle(t.title);
  const note = (
    <>
      {t.forgotten}{" "}
      <Link className="link" href={paths.enrol()}>
        {t.haveCode}
      </Link>
    </>
  );
  return (
    <SignFrame title={enterprise ? t.heading(enterprise) : t.headingPlain} lead={t.lead} note={note}>
      <SignInForm />
    </SignFrame>
  );
}

function SignInForm() {
  const t = useTexts();
  const problems = useProblems();
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  const [visible, setVisible] = useState(false);
  const [caps, setCaps] = useState(false);
  const [code, setCode] = useState("");
  const [second, setSecond] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const wait = useCountdown(problem);
  const begin = useBegin();
  const field = useRef<HTMLInputElement>(null);
  const ended = useLive((state) => state.ended);

  const byPasskey = useFieldPasskey(begin, setProblem);

  const submit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await session.signIn(account.trim(), password, second ? secondFactor(code) : {});
      await begin();
    } catch (error) {
      const asked = isProblem(error, "second-factor-required") && !second;
      if (asked) setSecond(true);
      else setProblem(asProblem(error));
      setBusy(false);
      if (!second) field.current?.select();
    }
  };
  const back = () => {
    setSecond(false);
    setCode("");
    setProblem(null);
  };
  const watchCaps = (event: KeyboardEvent) => setCaps(event.getModifierState("CapsLock"));
  return (
    <form
      className="stack gap-16"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {ended ? (
        <Banner tone="info" icon="info">
          <b>{t.again}</b>
          <br />
          {t.againLead}
        </Banner>
      ) : null}
      {problem ? (
        <Banner tone="danger" icon="alert-circle">
          {sentence(problem, problems)}
        </Banner>
      ) : null}
      {second ? (
        <>
          <TextField large label={t.secondCode} help={t.secondHelp} autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} autoFocus required maxLength={64} value={code} onValue={setCode} />
          <Button type="submit" look="primary" large block busy={busy} disabled={wait > 0 || code.trim() === ""}>
            {wait > 0 ? t.wait(wait) : t.signIn}
          </Button>
          <Button look="quiet" block onClick={back}>
            {t.otherAccount}
          </Button>
        </>
      ) : null}
      {second ? null : (
        <>
          <div className="field">
            <label className="label" htmlFor="account">
              {t.account}
            </label>
            <input
              id="account"
              className="input input-lg"
              autoComplete={ACCOUNT}
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              required
              value={account}
              onChange={(event) => setAccount(event.target.value)}
            />
          </div>
          <div className="field">
            <label className="label" htmlFor="password">
              {t.password}
            </label>
            <span className="pw">
              <input
                id="password"
                ref={field}
                className="input input-lg"
                type={visible ? "text" : "password"}
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.target.value)}
                onKeyDown={watchCaps}
                onKeyUp={watchCaps}
                aria-describedby={caps ? "caps" : undefined}
              />
              <IconButton icon={visible ? "eye-off" : "eye"} label={visible ? t.hide : t.show} onClick={() => setVisible(!visible)} />
            </span>
            {caps ? (
              <span className="hint" id="caps">
                <Icon name="arrow-up" size={16} />
                {t.capsLock}
              </span>
            ) : null}
          </div>
          <Button type="submit" look="primary" large block busy={busy} disabled={wait > 0}>
            {wait > 0 ? t.wait(wait) : t.signIn}
          </Button>
          {passkeysWork() ? (
            <Button icon="key" large block onClick={() => void byPasskey()}>
              {t.withPasskey}
            </Button>
          ) : null}
        </>
      )}
    </form>
  );
}

function useCountdown(problem: Problem | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const seconds = Math.ceil(problem?.retrySeconds ?? 0);
    setLeft(seconds);
    if (seconds <= 0) return;
    const timer = window.setInterval(() => setLeft((now) => Math.max(0, now - 1)), 1000);
    return () => window.clearInterval(timer);
  }, [problem]);
  return left;
}

