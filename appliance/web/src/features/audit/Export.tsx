import { useState } from "react";
import { audit } from "../../api/audit";
import type { AuditFilter } from "../../api/types";
import { fromDate } from "../../lib/clock";
import { useTitle } from "../../lib/react";
import { fileTime } from "../../lib/save";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { PageBar } from "../../ui/PageBar";
import { useTexts } from "./texts";
import { useDownload } from "./useDownload";

/** Fetches the archive of a filter. */
export function useExport() {
  const { busy, run } = useDownload();
  return { busy, run: (filter: AuditFilter) => run(() => audit.exportArchive(filter), `audit-${fileTime()}.tar`) };
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
