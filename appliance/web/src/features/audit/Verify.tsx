import { useState } from "react";
import { audit } from "../../api/audit";
import { asProblem } from "../../api/problems";
import type { Verification } from "../../api/types";
import { useFormat } from "../../i18n/format";
import { sentence, useProblems } from "../../i18n/problems";
import { fromDate } from "../../lib/clock";
import { useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { PageBar } from "../../ui/PageBar";
import { StateShape } from "../../ui/StateShape";
import { Empty } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { ExportCard } from "./Export";
import { hexOf, short } from "./proof";
import { useTexts } from "./texts";

interface Done {
  verification: Verification;
  at: number;
}

/** The integrity check: a verdict in words, what was checked, what was found. */
export default function Verify() {
  const t = useTexts();
  const problems = useProblems();
  useTitle(t.verify);
  const [done, setDone] = useState<Done | null>(null);
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    try {
      setDone({ verification: await audit.verify(), at: fromDate(new Date()) });
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
    } finally {
      setBusy(false);
    }
  };
  const button = (
    <Button {...(done ? {} : { look: "primary" as const })} icon={done ? "refresh" : "shield-check"} busy={busy} onClick={() => void verify()}>
      {busy ? t.verifying : done ? t.verifyAgain : t.verifyNow}
    </Button>
  );
  return (
    <>
      <PageBar title={t.verify}>{done ? button : null}</PageBar>
      <main className="con-body">
        <div className="con-page stack gap-16">
          {done ? (
            <Result done={done} />
          ) : (
            <section className="card">
              <Empty icon="shield-check" title={t.verifyIdle} actions={button}>
                {t.verifyIdleText}
              </Empty>
            </section>
          )}
        </div>
      </main>
    </>
  );
}

function Result({ done: { verification, at } }: { done: Done }) {
  const t = useTexts();
  const format = useFormat();
  const { verdict, size, first_bad: firstBad } = verification;
  const look = { clean: { tone: "ok", icon: "check" }, bad: { tone: "bad", icon: "alert" }, "cannot-tell": { tone: "warn", icon: "alert-circle" } } as const;
  const head = verdict === "clean" ? t.clean(format.number(size)) : verdict === "bad" ? t.bad(firstBad == null ? "?" : format.number(firstBad)) : t.cannotTell;
  const text = verdict === "clean" ? t.cleanText : verdict === "bad" ? t.badText : t.cannotTellText;
  return (
    <>
      <section className={verdict === "bad" ? "card card-bad" : "card"} role="status">
        <div className="verdict">
          <span className={`hero-shape ${look[verdict].tone}`}>
            <Icon name={look[verdict].icon} />
          </span>
          <div>
            <h2>{head}</h2>
            <p>{text}</p>
          </div>
          <div className="end r nowrap">
            <p className="meta">{t.finished(format.near(at))}</p>
            <p className="meta num">{t.took(`${format.number(verification.milliseconds)} ms`)}</p>
          </div>
        </div>
        <div className="card-body line-top">
          <RangeBar verification={verification} />
        </div>
      </section>
      <div className="split-audit">
        <div className="stack gap-16">
          <Checks verification={verification} />
          {verification.findings.length > 0 ? <Findings verification={verification} /> : null}
        </div>
        <div className="stack gap-16">
          <ExportCard />
          <section className="card">
            <div className="card-head">
              <h2>{t.key}</h2>
            </div>
            <div className="card-body">
              <p className="mono key-line">{verification.key}</p>
              <p className="meta mt-4">{t.keyText}</p>
            </div>
          </section>
        </div>
      </div>
    </>
  );
}

/** Green as far as it was found good, red at the first bad entry, grey beyond. */
function RangeBar({ verification: { verdict, size, first_bad: firstBad } }: { verification: Verification }) {
  const t = useTexts();
  const format = useFormat();
  const good = verdict === "clean" ? 1000 : verdict === "bad" && firstBad != null && size > 0 ? Math.max(0, Math.min(994, (firstBad / size) * 1000)) : 0;
  return (
    <>
      <svg className="range-svg" viewBox="0 0 1000 12" preserveAspectRatio="none" role="img" aria-label={t.range}>
        <rect className="unk" width="1000" height="12" />
        <rect className="good" width={good} height="12" />
        {verdict === "bad" ? <rect className="brk" x={good} width="6" height="12" /> : null}
      </svg>
      <div className="density-x mt-4">
        <span>{t.first}</span>
        <span>{t.last(format.number(Math.max(0, size - 1)))}</span>
      </div>
    </>
  );
}

function Checks({ verification }: { verification: Verification }) {
  const t = useTexts();
  const format = useFormat();
  const mark = verification.verdict === "clean" ? ({ name: "ok", tone: "ok" } as const) : verification.verdict === "bad" ? ({ name: "dia", tone: "bad" } as const) : ({ name: "ring", tone: "off" } as const);
  const lines: [string, string, string][] = [
    [t.leaves, t.leavesText, `${format.number(verification.checked_entries)} / ${format.number(verification.size)}`],
    [t.root, t.rootText, short(hexOf(verification.root))],
    [t.signature, t.signatureText, "ECDSA P-256"],
  ];
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.checkedWhat}</h2>
        <span className="meta">{t.sameFunction}</span>
      </div>
      <div className="card-body pad-0">
        <ul className="checks">
          {lines.map(([name, text, value]) => (
            <li key={name}>
              <StateShape name={mark.name} tone={mark.tone} />
              <span>{name}</span>
              <span className="soft truncate">{text}</span>
              <span className="meta num mono">{value}</span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Findings({ verification }: { verification: Verification }) {
  const t = useTexts();
  const format = useFormat();
  return (
    <section className="card card-bad">
      <div className="card-head">
        <h2>{t.findings}</h2>
        <span className="meta">{verification.findings.length}</span>
      </div>
      <div className="card-body pad-0">
        <ul className="checks">
          {verification.findings.map((finding, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- findings have no id, and the list never changes
            <li key={at}>
              <StateShape name="dia" tone="bad" />
              <span>{finding.index == null ? t.findings : t.finding(format.number(finding.index))}</span>
              <span className="soft">{finding.kind in t.findingKinds ? t.findingKinds[finding.kind as keyof typeof t.findingKinds] : finding.kind}</span>
              <span className="meta mono">{finding.kind}</span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
