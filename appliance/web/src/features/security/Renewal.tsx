import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/query";
import { renewals } from "../../api/security";
import type { Renewal as RenewalView } from "../../api/types";
import { useFormat } from "../../i18n/format";
import { FormDialog } from "../../i18n/FormDialog";
import { useToldAct } from "../../i18n/useAct";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { StateShape } from "../../ui/StateShape";
import { toast } from "../../ui/Toast";
import { useTexts } from "./texts";

/** While one is under way. */
const LOOK_MILLISECONDS = 1_000;

/** New data keys for everything: how far the newest one is, and asking for another. */
export function RenewalCard() {
  const t = useTexts();
  const [asking, setAsking] = useState(false);
  const list = useQuery({
    queryKey: keys.renewals,
    queryFn: renewals.newest,
    refetchInterval: ({ state }) => (state.data?.items.some(({ stage }) => stage !== "done") ? LOOK_MILLISECONDS : false),
  });
  const newest = list.data?.items[0];
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.renewal}</h2>
        <span className="end" />
        <Button small icon="refresh" disabled={!list.data || (newest && newest.stage !== "done")} onClick={() => setAsking(true)}>
          {t.renew}
        </Button>
      </div>
      <div className="card-body">
        {newest ? <Progress renewal={newest} /> : null}
        <p className={newest ? "meta mt-8" : "meta"}>{t.renewalNote}</p>
      </div>
      {asking ? <Ask onClose={() => setAsking(false)} /> : null}
    </section>
  );
}

function Progress({ renewal }: { renewal: RenewalView }) {
  const t = useTexts();
  const format = useFormat();
  const isDone = renewal.stage === "done";
  return (
    <dl className="kv">
      <dt>{t.renewalStanding}</dt>
      <dd aria-live="polite">
        <span className="cluster">
          <StateShape name={isDone ? "ok" : "half"} tone={isDone ? "ok" : "warn"} />
          {renewal.done_at ? t.renewalDone(format.exact(renewal.done_at).slice(0, 16)) : t.renewalStages[renewal.stage]}
        </span>
      </dd>
      <dt>{t.renewalSealed}</dt>
      <dd>{t.renewalCounts(format.number(renewal.messages), format.number(renewal.contents), format.size(renewal.bytes))}</dd>
      {isDone ? (
        <>
          <dt>{t.renewalDestroyed}</dt>
          <dd className="num">{format.number(renewal.keys)}</dd>
        </>
      ) : null}
      {renewal.left > 0 ? (
        <>
          <dt>{t.renewalLeft}</dt>
          <dd className="num">{format.number(renewal.left)}</dd>
        </>
      ) : null}
      <dt>{t.renewalReason}</dt>
      <dd>{t.renewalBy(renewal.reason, renewal.by)}</dd>
    </dl>
  );
}

function Ask({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const { busy, run } = useToldAct();
  const ask = async () => {
    await renewals.ask(reason.trim());
    await client.invalidateQueries({ queryKey: keys.renewals });
    toast(t.renewalAsked, "ok");
    onClose();
  };
  return (
    <FormDialog size="sm" title={t.renewTitle} act={t.renewAct} busy={busy} ready={reason.trim() !== ""} onClose={onClose} onSubmit={() => void run(ask).catch(() => undefined)}>
      <p className="soft">{t.renewText}</p>
      <TextField label={t.renewalWhy} value={reason} onValue={setReason} maxLength={200} required />
    </FormDialog>
  );
}
