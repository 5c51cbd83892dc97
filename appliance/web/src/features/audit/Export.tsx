import { useState } from "react";
import { audit } from "../../api/audit";
import { asProblem } from "../../api/problems";
import type { AuditFilter } from "../../api/types";
import { sentence, useProblems } from "../../i18n/problems";
import { fromDate } from "../../lib/clock";
import { useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { PageBar } from "../../ui/PageBar";
import { toast } from "../../ui/Toast";
import { useTexts } from "./texts";

/** Fetches the archive of a filter and hands it to the browser as a download. */
export function useExport() {
  const t = useTexts();
  const problems = useProblems();
  const [busy, setBusy] = useState(false);
  const run = async (filter: AuditFilter) => {
    setBusy(true);
    try {
      const bytes = await audit.exportArchive(filter);
      const address = URL.createObjectURL(bytes);
      const link = document.createElement("a");
      link.href = address;
      link.download = `audit-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.tar`;
      document.body.append(link);
      link.click();
      link.remove();
      window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
      toast(t.exported, "ok");
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
}

/** The whole log, or a time of it. */
export default function Export() {
  const t = useTexts();
  useTitle(t.export);
  return (
    <>
      <PageBar title={t.export} />
      <main className="con-body">
        <div className="con-page">
          <div className="form">
            <ExportCard dates />
          </div>
        </div>
      </main>
    </>
  );
}

export function ExportCard({ dates }: { dates?: boolean }) {
  const t = useTexts();
  const archive = useExport();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const filter: AuditFilter = {
    ...(from ? { from: fromDate(new Date(`${from}T00:00:00`)) } : {}),
    ...(to ? { to: fromDate(new Date(`${to}T23:59:59.999`)) } : {}),
  };
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.exportTitle}</h2>
      </div>
      <div className="card-body stack gap-16">
        <p className="soft">{t.exportText}</p>
        {dates ? (
          <div className="form-grid">
            <TextField label={t.from} type="date" value={from} onValue={setFrom} />
            <TextField label={t.to} type="date" value={to} onValue={setTo} />
          </div>
        ) : null}
        <dl className="kv">
          <dt>{t.contents}</dt>
          <dd>{t.contentsText}</dd>
          <dt>{t.keysIn}</dt>
          <dd>{t.keysInText}</dd>
          <dt>{t.command}</dt>
          <dd className="mono" title="holdfast-audit verify DIR --key VKEY">
            holdfast-audit verify DIR --key VKEY
          </dd>
        </dl>
      </div>
      <div className="card-foot">
        <span>{t.exportSelf}</span>
        <span className="end" />
        <Button small look="primary" icon="download" busy={archive.busy} onClick={() => void archive.run(filter)}>
          {archive.busy ? t.exporting : t.exportNow}
        </Button>
      </div>
    </section>
  );
}
