import { useEffect, useState } from "react";
import { caughtUp, reconnectNow, useLive } from "../../api/live";
import { fromDate } from "../../lib/clock";
import { useFormat } from "../../i18n/format";
import { Icon } from "../../ui/Icon";
import { useTexts } from "./texts";

const QUIET_MILLISECONDS = 2000;
const OFFLINE_MILLISECONDS = 10_000;
const RECOVERED_MILLISECONDS = 1500;

/** Nothing for two seconds, then "reconnecting", after ten what is shown and a way to retry; contents stay. */
export function ConnectionStrip() {
  const t = useTexts();
  const format = useFormat();
  const lostAt = useLive((state) => state.lostAt);
  const missed = useLive((state) => state.caughtUp);
  const age = useAge(lostAt);
  const [told, setTold] = useState(false);

  useEffect(() => {
    if (age >= QUIET_MILLISECONDS) setTold(true);
  }, [age]);
  useEffect(() => {
    if (missed === null) return;
    const timer = window.setTimeout(() => {
      caughtUp(null);
      setTold(false);
    }, RECOVERED_MILLISECONDS);
    return () => window.clearTimeout(timer);
  }, [missed]);

  if (lostAt === null && missed !== null && told) {
    return (
      <div className="strip strip-ok" role="status">
        <Icon name="check" size={16} />
        {missed > 0 ? t.caughtUp(missed) : t.back}
      </div>
    );
  }
  if (lostAt === null || age < QUIET_MILLISECONDS) return null;
  if (age < OFFLINE_MILLISECONDS) {
    return (
      <div className="strip" role="status">
        <span className="spinner" aria-hidden="true" />
        {t.reconnecting}
      </div>
    );
  }
  return (
    <div className="strip strip-warn" role="status">
      <Icon name="offline" size={16} />
      {t.offline(format.time(fromDate(new Date(lostAt))))}
      <button type="button" className="link" onClick={reconnectNow}>
        {t.retryNow}
      </button>
    </div>
  );
}

function useAge(since: number | null): number {
  const [age, setAge] = useState(0);
  useEffect(() => {
    if (since === null) {
      setAge(0);
      return;
    }
    const tick = () => setAge(Date.now() - since);
    tick();
    const timer = window.setInterval(tick, 500);
    return () => window.clearInterval(timer);
  }, [since]);
  return age;
}
