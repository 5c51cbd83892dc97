import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { audit } from "../../api/audit";
import { keys } from "../../api/query";
import type { Evidence as Report } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { useLocale } from "../../i18n/locale";
import { useToldAct } from "../../i18n/useAct";
import { useLasting, useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { PageBar } from "../../ui/PageBar";
import { State } from "../../ui/StateShape";
import { Banner, Skeleton } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { hexOf, short } from "./proof";
import { useTexts } from "./texts";
import { useDownload } from "./useDownload";
import { actorWord, OUTCOMES } from "./words";

/** What an auditor takes along about the box, read anew each time that it is asked for. */
export default function Evidence() {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const locale = useLocale((state) => state.locale);
  const client = useQueryClient();
  const download = useDownload();
  const check = useToldAct();
  useTitle(t.evidence.title);
  // Each reading is recorded: none happens by itself.
  const report = useQuery({ queryKey: keys.evidence, queryFn: audit.evidence, staleTime: Infinity, refetchOnWindowFocus: false });
  const slow = useLasting(report.isPending);
  const verify = async () => {
    await audit.verify();
    await client.invalidateQueries({ queryKey: keys.evidence });
  };
  const { data } = report;
  const file = `holdfast-evidence-${data?.number ?? ""}`;
  return (
    <>
      <PageBar title={t.evidence.title} sub={data ? t.evidence.sub(format.number(data.number), format.exact(data.made_at)) : undefined}>
        <Button icon="refresh" aria-label={t.evidence.anew} title={t.evidence.anew} className="btn-icon" busy={report.isRefetching} onClick={() => void report.refetch()} />
        <Button icon="download" disabled={!data} onClick={() => void download.run(async () => new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }), `${file}.json`)}>
          JSON
        </Button>
        <Button icon="download" busy={download.busy} onClick={() => void download.run(() => audit.evidencePage(locale), `${file}.html`)}>
          HTML
        </Button>
        <Button look="primary" icon="doc" onClick={() => print(audit.evidencePageAddress(locale), () => toast(t.evidence.notPrinted, "danger"))}>
          {t.evidence.print}
        </Button>
      </PageBar>
      <main className="con-body">
        {report.error && !data ? (
          <Failure error={report.error} title={t.evidence.failed} onRetry={() => void report.refetch()} />
        ) : data ? (
          <div className="con-page stack gap-16">
            {data.hsm.token.software ? (
              <Banner tone="warn" icon="alert">
                {t.evidence.software}
              </Banner>
            ) : null}
            <Cards report={data} onVerify={() => void check.run(verify).catch(() => undefined)} busy={check.busy} />
          </div>
        ) : slow ? (
          <div className="grow">
            <Skeleton rows={12} label={common.loading} look="table" />
          </div>
        ) : null}
      </main>
    </>
  );
}

/** Prints the page that the box has laid out for paper; a frame nobody sees holds it. */
function print(address: string, onFailure: () => void) {
  document.querySelector("iframe[data-print]")?.remove();
  const frame = document.createElement("iframe");
  frame.dataset.print = "";
  frame.className = "sr-only";
  frame.tabIndex = -1;
  frame.ariaHidden = "true";
  frame.onload = () => (frame.contentDocument?.contentType === "text/html" ? frame.contentWindow?.print() : onFailure());
  frame.src = address;
  document.body.append(frame);
}

function Cards({ report, onVerify, busy }: { report: Report; onVerify: () => void; busy: boolean }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const e = t.evidence;
  const { hsm, egress, retention, verification, rehearsal } = report;
  const token = hsm.token;
  const verdicts = { clean: { word: e.clean, shape: "ok", tone: "ok" }, bad: { word: e.bad, shape: "dia", tone: "bad" } } as const;
  const verdict = (verification && verdicts[verification.verdict as keyof typeof verdicts]) ?? ({ word: t.cannotTell, shape: "ring", tone: "warn" } as const);
  const relay = { off: e.relayOff, on: e.relayOn, silent: e.relaySilent }[egress.relay];
  return (
    <>
      <div className="split-7-5">
        <Facts
          title={e.keys}
          rows={[
            [e.token, token.software ? e.softwareToken : e.hardwareToken],
            [e.label, token.label],
            [e.serial, <span key="" className="mono">{token.serial}</span>],
            [e.model, `${token.manufacturer} · ${token.model}`],
            [e.epoch, format.number(hsm.epoch)],
            [e.mechanism, hsm.mechanism],
            [e.domainKeys, format.number(hsm.keys.domains)],
            [e.dataKeys, format.number(hsm.keys.data)],
            [e.secondToken, hsm.second_token ? e.secondValue(hsm.second_token.serial, hsm.second_token.epoch) : e.noKit],
            [e.kit, report.hsm.kit ? e.kitValue(report.hsm.kit.needed, report.hsm.kit.of) : e.noKit],
          ]}
        />
        <Facts
          title={e.about}
          rows={[
            [e.number, format.number(report.number)],
            [t.time, format.exact(report.made_at)],
            [e.madeBy, `${report.made_by.name} (${report.made_by.uid})`],
            [e.enterprise, report.enterprise],
            [e.site, report.site ?? <span key="" className="soft">{e.noSite}</span>],
            [e.version, report.version],
            [e.since, format.exact(report.since)],
          ]}
        />
      </div>
      <Rows
        title={e.storage}
        heads={[[e.device], [e.fileSystem, "w112 hide-phone"], [e.size, "w96 r"], [e.free, "w96 r"], [e.folders, "hide-phone"]]}
        rows={report.storage.map((one) => [one.device, one.file_system, format.size(one.size_bytes), format.size(one.free_bytes), one.folders.join(" ")])}
      />
      <div className="split-7-5">
        <Facts
          title={e.egress}
          rows={[
            [e.filter, <State key="" shape={egress.closed ? "ok" : "dia"} tone={egress.closed ? "ok" : "bad"}>{egress.closed ? e.closed : e.open}</State>],
            [e.started, format.number(egress.started)],
            [e.relay, relay],
            [e.allowed, egress.allowed.length > 0 ? <span key="" className="mono">{egress.allowed.join(", ")}</span> : egress.relay === "silent" ? e.unknown : e.nothing],
            [e.relayed, format.number(egress.relayed)],
          ]}
        />
        <Facts
          title={e.verification}
          end={
            <Button small icon="shield-check" busy={busy} onClick={onVerify}>
              {busy ? t.verifying : t.verifyNow}
            </Button>
          }
          rows={
            verification
              ? [
                  [e.verdict, <State key="" shape={verdict.shape} tone={verdict.tone}>{verdict.word}</State>],
                  [e.entries, format.number(verification.size)],
                  [t.time, format.exact(verification.at)],
                  [e.by, actorWord(verification.by, t)],
                  [e.entry, format.number(verification.index)],
                ]
              : null
          }
        />
      </div>
      <div className="split-7-5">
        <Facts
          title={e.retention}
          rows={[
            [e.days, e.daysValue(format.number(retention.days), format.number(retention.floor_days))],
            [e.firstKept, format.number(retention.first_kept)],
            [e.entries, format.number(retention.size)],
            [e.pruned, retention.prunings.length === 0 ? e.never : e.prunings(retention.prunings.length)],
          ]}
        />
        <Facts
          title={e.rehearsal}
          rows={
            rehearsal
              ? [
                  [t.result, <State key="" shape={OUTCOMES[rehearsal.outcome].shape} tone={rehearsal.outcome === "success" ? "ok" : OUTCOMES[rehearsal.outcome].tone}>{t.outcomes[rehearsal.outcome]}</State>],
                  [t.time, format.exact(rehearsal.at)],
                  [e.by, actorWord(rehearsal.by, t)],
                  [e.entry, format.number(rehearsal.index)],
                ]
              : null
          }
        />
      </div>
      {retention.prunings.length > 0 ? (
        <Rows
          title={e.prunedTitle}
          heads={[[t.time, "w176"], [e.prunedEntries], [e.daysThen, "w112 r"], [e.entry, "w112 r"]]}
          rows={retention.prunings.map((one) => [format.exact(one.at), `${format.number(one.first)} – ${format.number(one.last)}`, format.number(one.days), format.number(one.index)])}
        />
      ) : null}
      {report.witnesses.length > 0 ? (
        <Rows
          title={t.witness.title}
          heads={[[e.name], [e.entries, "w96 r"], [t.time, "w176 hide-phone"], [e.state, "w192"]]}
          rows={report.witnesses.map(({ name, seen }) => [name, seen ? format.number(seen.size) : "—", seen ? format.exact(seen.at) : "—", seen ? t.witness.standings[seen.standing] : t.witness.nothingYet])}
        />
      ) : null}
      <Rows
        title={e.roles}
        heads={[[e.role, "w144"], [e.person], [e.granted, "w176 hide-phone"], [e.grantedBy, "hide-phone"]]}
        rows={report.roles.map((one) => [common.roles[one.role], `${one.person.name} (${one.person.uid})`, format.exact(one.granted_at), one.granted_by?.name ?? e.setup])}
      />
      <Rows
        title={e.checkpoints}
        heads={[[t.time, "w176"], [e.entries, "w96 r"], [t.root], [e.log, "hide-phone"], [e.key, "hide-phone"]]}
        rows={report.checkpoints.map((one) => [format.exact(one.at), format.number(one.size), <span key="" className="mono" title={one.root}>{short(hexOf(one.root))}</span>, one.origin, <span key="" className="mono">{one.key}</span>])}
      />
    </>
  );
}

/** Names and values; null: nothing is recorded. */
function Facts({ title, rows, end }: { title: string; rows: [string, ReactNode][] | null; end?: ReactNode }) {
  const t = useTexts();
  return (
    <section className="card">
      <div className="card-head">
        <h2>{title}</h2>
        <span className="end" />
        {end}
      </div>
      <div className="card-body">
        {rows ? (
          <dl className="kv kv-wide kv-wrap">
            {rows.map(([name, value]) => (
              <div className="kv-row" key={name}>
                <dt>{name}</dt>
                <dd title={typeof value === "string" ? value : undefined}>{value}</dd>
              </div>
            ))}
          </dl>
        ) : (
          <p className="soft">{t.evidence.none}</p>
        )}
      </div>
    </section>
  );
}

/** A card with a table; a head says its class as well, for width and side. */
function Rows({ title, heads, rows }: { title: string; heads: [string, string?][]; rows: ReactNode[][] }) {
  return (
    <section className="card">
      <div className="card-head">
        <h2>{title}</h2>
        <span className="meta">{rows.length}</span>
      </div>
      <table className="table">
        <colgroup>
          {heads.map(([head, look]) => (
            <col key={head} className={look} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {heads.map(([head, look]) => (
              <th key={head} scope="col" className={look}>{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- a report never changes
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={heads[column]?.[0]} className={heads[column]?.[1]} title={typeof cell === "string" ? cell : undefined}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
