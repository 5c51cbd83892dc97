import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { audit } from "../../api/audit";
import { keys } from "../../api/query";
import type { AuditEntryDetail } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { plainAddress } from "../../lib/address";
import { paths } from "../../lib/paths";
import { Button, IconButton } from "../../ui/Button";
import { State, StateShape } from "../../ui/StateShape";
import { Skeleton } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { checkpointOf, hexOf, recompute, short, type Step } from "./proof";
import { useTexts } from "./texts";
import { useDownload } from "./useDownload";
import { actionWord, actorWord, doorWord, objectWord, OUTCOMES } from "./words";

const SHOWN_STEPS = 6;
/** The detail of an entry that holds a sealed query. */
const SEALED_QUERY = "query-sealed";

/** One entry: a sentence, its facts, and the proof that it is in the signed tree, recomputed here. */
export function EntrySide({ index, onClose }: { index: number; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const download = useDownload();
  const entry = useQuery({ queryKey: keys.auditEntry(index), queryFn: () => audit.entry(index), staleTime: Infinity });
  return (
    <aside className="side side-400" aria-label={t.entry(String(index))}>
      <div className="side-h">
        <div className="grow">
          <span className="meta num">{t.entry(format.number(index))}</span>
          <h2 className="truncate">
            {entry.data ? actionWord(entry.data.action, t) : ""}
            {entry.data && entry.data.outcome !== "success" ? ` · ${t.outcomes[entry.data.outcome]}` : ""}
          </h2>
        </div>
        <IconButton small icon="x" label={common.close} onClick={onClose} />
      </div>
      <div className="side-b">
        {entry.error ? (
          <Failure error={entry.error} title={t.failed} onRetry={() => void entry.refetch()} />
        ) : entry.data ? (
          <Inside entry={entry.data} />
        ) : (
          <Skeleton rows={5} label={common.loading} look="table" />
        )}
      </div>
      {entry.data ? (
        <div className="side-f">
          <Button icon="copy" onClick={() => void navigator.clipboard.writeText(JSON.stringify(entry.data, null, 2)).then(() => toast(t.copied, "ok"))}>
            {t.copyJson}
          </Button>
          <Button icon="download" busy={download.busy} onClick={() => void download.run(() => audit.proof(index), `holdfast-entry-${index}.tlog-proof`)}>
            {t.proofFile}
          </Button>
          {entry.data.object.kind === "shred" ? <Certificate shred={entry.data.object.id} /> : null}
        </div>
      ) : null}
    </aside>
  );
}

/** What was destroyed, signed by the HSM. */
function Certificate({ shred }: { shred: string }) {
  const t = useTexts();
  const download = useDownload();
  return (
    <Button icon="download" busy={download.busy} onClick={() => void download.run(() => audit.certificate(shred), `holdfast-shred-${shred}.note`)}>
      {t.certificateFile}
    </Button>
  );
}

function Inside({ entry }: { entry: AuditEntryDetail }) {
  const t = useTexts();
  const format = useFormat();
  const details = Object.entries(entry.details ?? {});
  return (
    <>
      <section>
        <p className="says">{t.sentence(actorWord(entry.actor, t), actionWord(entry.action, t), objectWord(entry.object, t), t.outcomes[entry.outcome])}</p>
      </section>
      <section>
        <dl className="kv kv-24">
          <dt>{t.time}</dt>
          <dd className="mono">{format.instant(entry.at)}</dd>
          <dt>{t.category}</dt>
          <dd className="mono">{entry.action}</dd>
          <dt>{t.result}</dt>
          <dd>
            <State shape={OUTCOMES[entry.outcome].shape} tone={OUTCOMES[entry.outcome].tone}>
              {t.outcomes[entry.outcome]}
            </State>
          </dd>
          {entry.code ? (
            <>
              <dt>{t.code}</dt>
              <dd className="mono">{entry.code}</dd>
            </>
          ) : null}
          <dt>{t.who}</dt>
          <dd>
            {actorWord(entry.actor, t)} {entry.actor.uid ? <span className="meta">{entry.actor.uid}</span> : null}
          </dd>
          <dt>{t.object}</dt>
          <dd title={entry.object.id}>
            {objectWord(entry.object, t)} {entry.object.name ? <span className="meta mono">{entry.object.id}</span> : null}
          </dd>
          <dt>{t.source}</dt>
          <dd>{[plainAddress(entry.source.address), doorWord(entry.source.door, t)].filter(Boolean).join(" · ")}</dd>
          {entry.request ? (
            <>
              <dt>{t.request}</dt>
              <dd className="mono" title={entry.request}>{entry.request}</dd>
            </>
          ) : null}
        </dl>
      </section>
      {details.length > 0 ? (
        <section>
          <h3>{t.details}</h3>
          <dl className="kv kv-24">
            {details.map(([name, value]) =>
              name === SEALED_QUERY ? <SealedQuery key={name} index={entry.index} /> : <Detail key={name} name={name} value={value} />,
            )}
          </dl>
        </section>
      ) : null}
      <Proof entry={entry} />
    </>
  );
}

/** What was searched for: no single auditor reads it. */
function SealedQuery({ index }: { index: number }) {
  const t = useTexts();
  return (
    <>
      <dt>{t.sealedQuery}</dt>
      <dd>
        <Link className="cluster" href={paths.auditOpenings({ kind: "query", id: String(index) })}>
          <StateShape name="locked" />
          {t.openByTwo}
        </Link>
      </dd>
    </>
  );
}

function Detail({ name, value }: { name: string; value: unknown }) {
  const text = Array.isArray(value) ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value);
  return (
    <>
      <dt className="mono">{name}</dt>
      <dd title={text}>{text}</dd>
    </>
  );
}

/** The proof leads to the root of the checkpoint that came with the entry, of exactly `size` entries. */
function Proof({ entry }: { entry: AuditEntryDetail }) {
  const t = useTexts();
  const format = useFormat();
  const { data } = useQuery({
    queryKey: ["audit-proof", entry.index, entry.size],
    queryFn: () => recompute(entry.index, entry.size, entry.leaf, entry.proof).then((answer) => ({ answer })),
    staleTime: Infinity,
  });
  if (!data) return <section className="meta">{t.recomputing}</section>;
  const { answer } = data;
  const checkpoint = checkpointOf(entry.checkpoint);
  const good = answer !== null && checkpoint?.size === entry.size && answer.root === checkpoint.root;
  return (
    <section>
      <h3>
        <StateShape name={good ? "ok" : "dia"} tone={good ? "ok" : "bad"} />
        {t.proof}
        <span className="meta">{t.layers(entry.proof.length)}</span>
      </h3>
      <ol className="path">
        <li className="leaf">
          <i />
          <span className="lv" />
          <span className="cluster">
            <span className="sd">{t.leaf}</span>
            <span className="mono">{short(hexOf(entry.leaf))}</span>
          </span>
          <span className="meta">{t.fromEntry}</span>
        </li>
        <Steps steps={answer?.steps ?? []} />
        <li className="root">
          <i />
          <span className="lv" />
          <span className="cluster">
            <span className="sd">{t.root}</span>
            <span className="mono">{answer ? short(answer.root) : "—"}</span>
          </span>
          <span className="meta">{good ? t.matches : t.differs}</span>
        </li>
      </ol>
      <dl className="kv kv-24 mt-8">
        <dt>{t.treeSize}</dt>
        <dd className="num">{format.number(entry.size)}</dd>
      </dl>
      <p className="meta mt-8">
        {t.proofCommand} <span className="mono key-line">holdfast-audit verify-proof FILE --key VKEY</span>
      </p>
    </section>
  );
}

function Steps({ steps }: { steps: Step[] }) {
  const t = useTexts();
  const cut = steps.length > SHOWN_STEPS;
  const head = cut ? steps.slice(0, 3) : steps;
  const tail = cut ? steps.slice(-2) : [];
  const line = (step: Step) => (
    <li key={step.level}>
      <i />
      <span className="lv">{step.level}</span>
      <span className="cluster">
        <span className="sd">{step.side === "left" ? t.left : t.right}</span>
        <span className="mono">{short(step.hash)}</span>
      </span>
      <span />
    </li>
  );
  return (
    <>
      {head.map(line)}
      {cut ? (
        <li className="skip">
          <i />
          <span className="lv" />
          <span className="meta">{t.others(steps.length - 5)}</span>
          <span />
        </li>
      ) : null}
      {tail.map(line)}
    </>
  );
}
