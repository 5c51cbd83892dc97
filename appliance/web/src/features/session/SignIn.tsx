import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useLocation, useSearch } from "wouter";
import { sessionBegan, useLive } from "../../api/live";
import { asProblem, type Problem } from "../../api/problems";
import { keys } from "../../api/query";
import { boxStatus, me, session } from "../../api/session";
import { setLocale, useLocale } from "../../i18n/locale";
import { sentence, useProblems } from "../../i18n/problems";
import { paths } from "../../lib/paths";
import { useTitle } from "../../lib/react";
import { Avatar } from "../../ui/Avatar";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Banner } from "../../ui/Surface";
import "./session.css";
import { useTexts } from "./texts";

export default function SignIn() {
  const t = useTexts();
  useTitle(t.title);
  const { data: status } = useQuery({ queryKey: keys.status, queryFn: boxStatus });
  // A box that has no name of its own yet calls itself by the product.
  const enterprise = status?.name && status.name !== "Holdfast" ? status.name : "";
  return (
    <div className="sign">
      <header className="sign-top">
        <span className="brand">
          <Icon name="holdfast" size={24} />
          <b>Holdfast</b>
        </span>
        <LanguageSwitch />
      </header>
      <main className="sign-card">
        <div className="sign-co">
          <Avatar name={enterprise || "Holdfast"} hue={1} size={56} group />
          <div className="grow">
            <h1>{enterprise ? t.heading(enterprise) : t.headingPlain}</h1>
            <p className="soft">{t.lead}</p>
          </div>
        </div>
        <SignInForm />
      </main>
      <footer className="sign-foot">
        <span className="cert">
          <Icon name="lock" size={16} />
          <span>
            {t.connectedTo} <b>{location.hostname}</b>
          </span>
          <span className="sep" />
          <a className="link" href="/ca.crt" download>
            {t.authority}
          </a>
        </span>
        <p className="meta">{t.forgotten}</p>
      </footer>
    </div>
  );
}

export function LanguageSwitch() {
  const t = useTexts();
  const locale = useLocale((state) => state.locale);
  return (
    <div className="seg" role="group" aria-label={t.language}>
      {(["zh-CN", "en"] as const).map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          className={one === locale ? "seg-item is-on" : "seg-item"}
          aria-pressed={one === locale}
          onClick={() => setLocale(one)}
        >
          {one === "en" ? t.english : t.chinese}
        </button>
      ))}
    </div>
  );
}

function SignInForm() {
  const t = useTexts();
  const problems = useProblems();
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  const [visible, setVisible] = useState(false);
  const [caps, setCaps] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const wait = useCountdown(problem);
  const begin = useBegin();
  const field = useRef<HTMLInputElement>(null);
  const ended = useLive((state) => state.ended);

  const submit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await session.signIn(account.trim(), password);
      await begin();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
      field.current?.select();
    }
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
      <div className="field">
        <label className="label" htmlFor="account">
          {t.account}
        </label>
        <input
          id="account"
          className="input input-lg"
          autoComplete="username"
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
    </form>
  );
}

/** Goes where they wanted to go. */
function useBegin(): () => Promise<void> {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const next = new URLSearchParams(useSearch()).get("next");
  return async () => {
    sessionBegan();
    client.clear();
    await client.fetchQuery({ queryKey: keys.me, queryFn: me.get });
    navigate(next?.startsWith("/") && !next.startsWith("//") ? next : paths.messages(), { replace: true });
  };
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

