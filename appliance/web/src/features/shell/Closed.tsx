import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { boxIsBack } from "../../api/live";
import { keys } from "../../api/query";
import { boxStatus } from "../../api/session";
import { setLocale, useLocale } from "../../i18n/locale";
import { useTitle } from "../../lib/react";
import { Icon, type IconName } from "../../ui/Icon";
import "./console.css";
import { useTexts } from "./texts";

const ASK_AGAIN_MILLISECONDS = 3000;
const OPEN_STATES = ["unsealed", "degraded"];

/** No contents and no navigation: what happened, what is safe, what to do (nothing). Opens by itself. */
export function Closed({ reason }: { reason: "sealed" | "not-ready" }) {
  const t = useTexts();
  const locale = useLocale((state) => state.locale);
  const { data } = useQuery({ queryKey: keys.status, queryFn: boxStatus, refetchInterval: ASK_AGAIN_MILLISECONDS, staleTime: 0 });
  const open = data !== undefined && OPEN_STATES.includes(data.state);
  useEffect(() => {
    if (open) boxIsBack();
  }, [open]);
  const [title, lead] = words(t, data?.state, reason);
  useTitle(title);
  return (
    <div className="calm">
      <header>
        <Icon name="holdfast" />
        <b>Holdfast</b>
        <span className="end">{location.hostname}</span>
        <button type="button" className="link" onClick={() => setLocale(locale === "en" ? "zh-CN" : "en")}>
          {locale === "en" ? "中文" : "English"}
        </button>
      </header>
      <main>
        <section className="calm-card" role="status">
          <span className="hero-shape">
            <Icon name={reason === "sealed" ? "lock" : "refresh"} />
          </span>
          <h1>{title}</h1>
          <p className="lead">{lead}</p>
          <ul className="calm-list">
            {data?.state !== "quarantined" && <Point icon="check" head={t.nothingLost} text={t.nothingLostText} />}
            <Point icon="file" head={t.draftsKept} text={t.draftsKeptText} />
            <Point icon="people" head={t.nothingToDo} text={t.nothingToDoText} />
          </ul>
          <div className="calm-foot">
            <span className="spinner" aria-hidden="true" />
            <span>{t.opensItself}</span>
          </div>
        </section>
      </main>
      <footer>
        <span className="end mono">{data?.state ?? ""}</span>
      </footer>
    </div>
  );
}

function words(t: ReturnType<typeof useTexts>, state: string | undefined, reason: "sealed" | "not-ready"): [string, string] {
  if (state === "uninitialised") return [t.uninitialisedTitle, t.uninitialisedLead];
  if (state === "quarantined") return [t.quarantinedTitle, t.quarantinedLead];
  return reason === "sealed" ? [t.sealedTitle, t.sealedLead] : [t.notReadyTitle, t.notReadyLead];
}

function Point({ icon, head, text }: { icon: IconName; head: string; text: string }) {
  return (
    <li>
      <Icon name={icon} size={16} />
      <div>
        <b>{head}</b>
        <span>{text}</span>
      </div>
    </li>
  );
}
