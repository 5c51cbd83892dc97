import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { keys } from "../../api/query";
import { boxStatus } from "../../api/session";
import { setLocale, useLocale } from "../../i18n/locale";
import { Avatar } from "../../ui/Avatar";
import { Icon } from "../../ui/Icon";
import "./session.css";
import { useTexts } from "./texts";

/** The enterprise as the box names it; empty while the box has no name of its own. */
export function useEnterprise(): string {
  const { data: status } = useQuery({ queryKey: keys.status, queryFn: boxStatus });
  return status?.name && status.name !== "Holdfast" ? status.name : "";
}

/** What everybody sees before they are in: the product, the language, the box that they speak to. */
export function SignFrame({ title, lead, note, children }: { title: string; lead: string; note: ReactNode; children: ReactNode }) {
  const t = useTexts();
  const enterprise = useEnterprise();
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
            <h1>{title}</h1>
            <p className="soft">{lead}</p>
          </div>
        </div>
        {children}
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
        <p className="meta">{note}</p>
      </footer>
    </div>
  );
}

function LanguageSwitch() {
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
