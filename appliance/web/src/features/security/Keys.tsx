import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/query";
import { hsm } from "../../api/security";
import type { Hsm } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { FormDialog } from "../../i18n/FormDialog";
import { useToldAct } from "../../i18n/useAct";
import { toDate } from "../../lib/clock";
import { useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { TextField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { PageBar } from "../../ui/PageBar";
import { StateShape, type ShapeName } from "../../ui/StateShape";
import { Banner } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { RenewalCard } from "./Renewal";
import { useTexts } from "./texts";

const ASK_AGAIN_MILLISECONDS = 5000;
const LINE: { state: keyof ReturnType<typeof useCommon>["boxStates"]; shape: ShapeName }[] = [
  { state: "uninitialised", shape: "ring" },
  { state: "sealed", shape: "locked" },
  { state: "unsealing", shape: "half" },
  { state: "unsealed", shape: "ok" },
  { state: "degraded", shape: "tri" },
  { state: "quarantined", shape: "dia" },
];

/** The state of the token and the keys under it, the recovery kit, and the two acts: rotating and sealing. */
export default function Keys() {
  const t = useTexts();
  useTitle(t.keys);
  const [sealing, setSealing] = useState(false);
  const state = useQuery({ queryKey: keys.hsm, queryFn: hsm.get, refetchInterval: ASK_AGAIN_MILLISECONDS });
  return (
    <>
      <PageBar title={t.keys} sub={t.keysSub}>
        <Button look="danger" icon="lock" onClick={() => setSealing(true)}>
          {t.seal}
        </Button>
      </PageBar>
      <main className="con-body">
        {state.error && !state.data ? (
          <Failure error={state.error} title={t.failedKeys} onRetry={() => void state.refetch()} />
        ) : state.data ? (
          <div className="con-page stack gap-16">
            <StateCard hsm={state.data} />
            {state.data.token.software ? (
              <Banner tone="warn" icon="alert">
                {t.software}
              </Banner>
            ) : null}
            <div className="split-7-5">
              <EpochCard hsm={state.data} />
              <KitCard kit={state.data.kit} />
            </div>
            <div className="split-7-5">
              <TokenCard hsm={state.data} />
              <AuditKeyCard hsm={state.data} />
            </div>
            <RenewalCard />
            <SecondCard second={state.data.second_token} epoch={state.data.epoch} />
          </div>
        ) : null}
      </main>
      {sealing ? <Seal onClose={() => setSealing(false)} /> : null}
    </>
  );
}

function StateCard({ hsm: state }: { hsm: Hsm }) {
  const t = useTexts();
  const { boxStates } = useCommon();
  const format = useFormat();
  const open = state.state === "unsealed";
  const ago = state.last_probe_at ? format.duration((Date.now() - toDate(state.last_probe_at).getTime()) / 1000) : null;
  return (
    <section className="card">
      <div className="hero">
        <span className={open ? "hero-shape ok" : "hero-shape warn"}>
          <Icon name={open ? "unlock" : "lock"} />
        </span>
        <div>
          <b>{boxStates[state.state as keyof typeof boxStates] ?? state.state}</b>
          <span className="soft">{t.epochSince(state.epoch, format.exact(state.epoch_since).slice(0, 16))}</span>
        </div>
        <div className="end">
          <ol className="states">
            {LINE.map((one) => (
              <li key={one.state} className={one.state === state.state ? "now" : undefined} aria-current={one.state === state.state || undefined}>
                <StateShape name={one.shape} />
                {boxStates[one.state]}
              </li>
            ))}
          </ol>
        </div>
      </div>
      <dl className="factline">
        <div>
          <dt>{t.probe}</dt>
          <dd>
            {ago ? t.probeValue(ago, (state.probe_microseconds / 1000).toFixed(1)) : t.never}
            <small>
              {t.operations} {format.number(state.operations)}
            </small>
          </dd>
        </div>
        <div>
          <dt>{t.mechanism}</dt>
          <dd>
            {state.mechanism}
            <small>{t.mechanismNote}</small>
          </dd>
        </div>
        <div>
          <dt>{t.token}</dt>
          <dd>
            {state.token.label}
            <small>{t.serial(state.token.serial)}</small>
          </dd>
        </div>
        <div>
          <dt>{t.keyring}</dt>
          <dd>
            {t.keyringValue(format.number(state.keys.data))}
            <small>{t.keyringNote(format.number(state.keys.domains), format.number(state.keys.spare))}</small>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function EpochCard({ hsm: state }: { hsm: Hsm }) {
  const t = useTexts();
  const { cancel } = useCommon();
  const format = useFormat();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { run } = useToldAct();
  const began = toDate(state.epoch_since).getTime();
  const next = state.rotates_at ? toDate(state.rotates_at).getTime() : null;
  const rotate = async () => {
    const { epoch } = await hsm.rotate();
    toast(t.rotated(epoch), "ok");
    await client.invalidateQueries({ queryKey: keys.hsm });
  };
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.epochs}</h2>
        <span className="meta">{next === null ? t.byHand : t.epochsEvery(format.duration((next - began) / 1000))}</span>
        <span className="end" />
        <Button small icon="refresh" onClick={() => setAsking(true)}>
          {t.rotate}
        </Button>
      </div>
      <div className="card-body">
        <dl className="kv">
          <dt>{t.epochNow}</dt>
          <dd className="num">{format.number(state.epoch)}</dd>
          <dt>{t.epochBegan}</dt>
          <dd>{format.exact(state.epoch_since).slice(0, 16)}</dd>
          <dt>{t.epochAge}</dt>
          <dd>{format.duration(Math.max(0, Date.now() - began) / 1000)}</dd>
          <dt>{t.epochNext}</dt>
          <dd>{state.rotates_at ? format.exact(state.rotates_at).slice(0, 16) : t.byHand}</dd>
        </dl>
      </div>
      <Confirm open={asking} title={t.rotateTitle} act={t.rotateAct} cancel={cancel} onClose={() => setAsking(false)} onConfirm={() => run(rotate)}>
        {t.rotateText}
      </Confirm>
    </section>
  );
}

function KitCard({ kit }: { kit: Hsm["kit"] }) {
  const t = useTexts();
  const format = useFormat();
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.kit}</h2>
        {kit ? <span className="meta">{t.kitSplit(kit.needed, kit.of)}</span> : null}
      </div>
      <div className="card-body">
        {kit ? (
          <>
            <dl className="kv">
              <dt>{t.kitId}</dt>
              <dd className="mono">{kit.id}</dd>
              <dt>{t.kitMade}</dt>
              <dd>{format.exact(kit.made_at).slice(0, 16)}</dd>
              <dt>{t.kitRehearsed}</dt>
              <dd>
                <span className="cluster">
                  <StateShape name={kit.rehearsed_at ? "ok" : "ring"} tone={kit.rehearsed_at ? "ok" : "off"} />
                  {kit.rehearsed_at ? t.kitPassed(format.exact(kit.rehearsed_at).slice(0, 16)) : t.kitNever}
                </span>
              </dd>
            </dl>
            <p className="meta mt-8">{t.kitNote}</p>
          </>
        ) : (
          <>
            <p className="cluster">
              <StateShape name="tri" tone="warn" />
              {t.kitNone}
            </p>
            <p className="meta mt-8">{t.kitMake}</p>
          </>
        )}
      </div>
    </section>
  );
}

function SecondCard({ second, epoch }: { second: Hsm["second_token"]; epoch: number }) {
  const t = useTexts();
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.second}</h2>
      </div>
      <div className="card-body">
        {second ? (
          <>
            <dl className="kv">
              <dt>{t.secondStanding}</dt>
              <dd>
                <span className="cluster">
                  <StateShape name={second.is_current ? "ok" : "tri"} tone={second.is_current ? "ok" : "warn"} />
                  {second.is_current ? t.secondCurrent : t.secondBehind(second.epoch, epoch)}
                </span>
              </dd>
              <dt>{t.token}</dt>
              <dd className="mono">{second.serial}</dd>
              <dt>{t.mechanism}</dt>
              <dd className="mono">{second.mechanism}</dd>
              <dt>{t.secondKey}</dt>
              <dd className="mono key-line">{second.vkey}</dd>
            </dl>
            <p className="meta mt-8">{t.secondNote}</p>
          </>
        ) : (
          <>
            <p className="cluster">
              <StateShape name="ring" tone="off" />
              {t.secondNone}
            </p>
            <p className="meta mt-8">{t.secondMake}</p>
          </>
        )}
      </div>
    </section>
  );
}

function TokenCard({ hsm: { token, operations } }: { hsm: Hsm }) {
  const t = useTexts();
  const format = useFormat();
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.facts}</h2>
      </div>
      <div className="card-body">
        <dl className="kv">
          <dt>{t.label}</dt>
          <dd>{token.label}</dd>
          <dt>{t.model}</dt>
          <dd>{token.model}</dd>
          <dt>{t.maker}</dt>
          <dd>{token.manufacturer}</dd>
          <dt>{t.operations}</dt>
          <dd className="num">{format.number(operations)}</dd>
        </dl>
      </div>
    </section>
  );
}

function AuditKeyCard({ hsm: { audit_key } }: { hsm: Hsm }) {
  const t = useTexts();
  const copy = () => void navigator.clipboard.writeText(audit_key.vkey).then(() => toast(t.copied, "ok"));
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.auditKey}</h2>
        <span className="end" />
        <Button small icon="copy" onClick={copy}>
          {t.copyKey}
        </Button>
      </div>
      <div className="card-body">
        <p className="mono key-line">{audit_key.vkey}</p>
        <p className="meta mt-8">{t.auditKeyNote}</p>
      </div>
    </section>
  );
}

function Seal({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const [reason, setReason] = useState("");
  const { busy, run } = useToldAct();
  const seal = async () => {
    await hsm.seal(reason.trim());
    toast(t.sealed);
    onClose();
  };
  return (
    <FormDialog danger size="sm" title={t.sealTitle} act={t.sealAct} busy={busy} ready={reason.trim() !== ""} onClose={onClose} onSubmit={() => void run(seal).catch(() => undefined)}>
      <p className="soft">{t.sealText}</p>
      <TextField label={t.sealReason} value={reason} onValue={setReason} maxLength={500} required />
    </FormDialog>
  );
}
