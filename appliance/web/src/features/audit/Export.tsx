import { useState } from "react";
import { audit } from "../../api/audit";
import type { AuditFilter, ExportFormat } from "../../api/types";
import { fromDate } from "../../lib/clock";
import { useTitle } from "../../lib/react";
import { fileTime } from "../../lib/save";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { PageBar } from "../../ui/PageBar";
import { useTexts } from "./texts";
import { useDownload } from "./useDownload";

/** What an auditor runs on a machine of her own. */
const COMMANDS: Record<ExportFormat, string> = {
  archive: "holdfast-audit verify DIR --key VKEY",
  "json-lines": "holdfast-audit verify-proof FILE --key VKEY",
  csv: "—",
};
const ENDINGS: Record<ExportFormat, string> = { archive: "tar", "json-lines": "jsonl", csv: "csv" };
export const FORMATS = Object.keys(ENDINGS) as ExportFormat[];

/** Fetches an export of a filter. */
export function useExport() {
  const { busy, run } = useDownload();
  return { busy, run: (filter: AuditFilter, format: ExportFormat) => run(() => audit.exported(filter, format), `audit-${fileTime()}.${ENDINGS[format]}`) };
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
            <CheckpointCard />
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
  const [format, setFormat] = useState<ExportFormat>("archive");
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
        <div role="radiogroup" aria-label={t.format}>
          <ul className="opts">
            {FORMATS.map((one) => (
              <li key={one}>
                <label className="radio">
                  <input type="radio" name="format" checked={one === format} onChange={() => setFormat(one)} />
                  <div>
                    <b>{t.formats[one].head}</b>
                    <span>{t.formats[one].text}</span>
                  </div>
                </label>
              </li>
            ))}
          </ul>
        </div>
        <dl className="kv">
          <dt>{t.command}</dt>
          <dd className="mono" title={COMMANDS[format]}>
            {COMMANDS[format]}
          </dd>
        </dl>
      </div>
      <div className="card-foot">
        <span>{t.exportSelf}</span>
        <span className="end" />
        <Button small look="primary" icon="download" busy={archive.busy} onClick={() => void archive.run(filter, format)}>
          {archive.busy ? t.exporting : t.exportNow}
        </Button>
      </div>
    </section>
  );
}

function CheckpointCard() {
  const t = useTexts();
  const { busy, run } = useDownload();
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.checkpointTitle}</h2>
        <span className="end" />
        <Button small icon="download" busy={busy} onClick={() => void run(audit.checkpoint, `holdfast-checkpoint-${fileTime()}.txt`)}>
          {t.witness.download}
        </Button>
      </div>
      <div className="card-body">
        <p className="soft">{t.checkpointText}</p>
      </div>
    </section>
  );
}
