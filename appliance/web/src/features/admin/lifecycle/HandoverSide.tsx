import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { lifecycle, lifecycleKeys } from "../../../api/lifecycle";
import type { Departure, HandoverItem } from "../../../api/types";
import { ColleaguePicker } from "../../../i18n/ColleaguePicker";
import { useCommon } from "../../../i18n/common";
import { Failure } from "../../../i18n/Failure";
import { FormDialog } from "../../../i18n/FormDialog";
import { useFormat } from "../../../i18n/format";
import { fieldFault, sentence, useProblems } from "../../../i18n/problems";
import { useAct } from "../../../i18n/useAct";
import { Button, IconButton } from "../../../ui/Button";
import { Field, TextField } from "../../../ui/Field";
import type { Pick } from "../../../ui/PeoplePicker";
import { State } from "../../../ui/StateShape";
import { toast } from "../../../ui/Toast";
import { useTexts } from "./texts";

const LOOK_MILLISECONDS = 2_000;

/** What somebody leaves behind, thing by thing, and how far it has come. */
export function HandoverSide({ departure, onClose }: { departure: Departure; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const { uid, name } = departure.person;
  const list = useQuery({ queryKey: lifecycleKeys.handover(uid), queryFn: () => lifecycle.handover(uid), refetchInterval: LOOK_MILLISECONDS });
  const items = list.data?.items ?? [];
  return (
    <aside className="side" aria-label={`${t.handover} ${name}`}>
      <div className="side-h">
        <div className="grow">
          <h2 className="truncate">{`${t.handover} · ${name}`}</h2>
          {list.data ? (
            <div className="meta soft">
              {[t.itemsDone(list.data.done, list.data.total), list.data.open > 0 ? t.itemsOpen(list.data.open) : null].filter(Boolean).join(" · ")}
            </div>
          ) : null}
        </div>
        <IconButton small icon="x" label={common.close} onClick={onClose} />
      </div>
      <div className="side-b">
        {list.error ? <Failure error={list.error} title={t.departuresFailed} onRetry={() => void list.refetch()} /> : null}
        {departure.heir ? (
          <section>
            <h3>{t.heir}</h3>
            <p className="soft">{departure.heir.name}</p>
          </section>
        ) : null}
        <section>
          <h3>{t.items}</h3>
          {list.data && items.length === 0 ? <p className="soft">{t.nothing}</p> : null}
          {items.map((item) => (
            <Thing key={`${item.kind}/${item.object}`} uid={uid} item={item} />
          ))}
          {items.some(({ kind }) => kind === "conversation") ? <p className="meta mt-8">{t.titlesHidden}</p> : null}
        </section>
      </div>
    </aside>
  );
}

function Thing({ uid, item }: { uid: string; item: HandoverItem }) {
  const t = useTexts();
  const format = useFormat();
  const { codes } = useProblems();
  const [deciding, setDeciding] = useState(false);
  const what = {
    files: () => t.what.files(item.count, format.size(item.bytes ?? 0)),
    conversation: () => t.what.conversation(item.count, format.near(item.since ?? 0)),
    reports: () => t.what.reports(item.count),
  };
  const failure = item.failure && item.failure in codes ? codes[item.failure as keyof typeof codes] : item.failure;
  const state = item.done_at ? t.handed : item.waived ? t.waived(item.waived) : item.heir ? t.decided : t.undecided;
  return (
    <div className="handover-thing">
      <div className="grow">
        <span className="grant-n truncate">{t.kinds[item.kind]}</span>
        <span className="row-sub">{item.done_at ? (item.heir?.name ?? "") : [what[item.kind](), item.heir?.name].filter(Boolean).join(" · ")}</span>
        <State tone={item.done_at ? "ok" : item.heir || item.waived ? "off" : "warn"} shape={item.done_at ? "ok" : item.heir || item.waived ? "dot" : "ring"}>
          {state}
        </State>
        {failure ? <p className="meta wrap">{t.itemFailed(failure)}</p> : null}
      </div>
      {item.done_at ? null : (
        <Button small onClick={() => setDeciding(true)}>
          {t.decide}
        </Button>
      )}
      {deciding ? <Decide uid={uid} item={item} onClose={() => setDeciding(false)} /> : null}
    </div>
  );
}

function Decide({ uid, item, onClose }: { uid: string; item: HandoverItem; onClose: () => void }) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [heir, setHeir] = useState<Pick[]>([]);
  const [waived, setWaived] = useState("");
  const { busy, problem, run } = useAct();
  const chosen = heir[0];
  const decide = async () => {
    await lifecycle.decide(uid, item.kind, item.object, chosen ? { heir: chosen.uid } : { waived: waived.trim() });
    toast(t.decided, "ok");
    await client.invalidateQueries({ queryKey: lifecycleKeys.handover(uid) });
    onClose();
  };
  const fault = fieldFault(problem, "heir", problems) ?? (problem ? sentence(problem, problems) : undefined);
  return (
    <FormDialog title={t.decideTitle} act={t.decide} busy={busy} ready={chosen !== undefined || waived.trim() !== ""} onClose={onClose} onSubmit={() => void run(decide)}>
      <Field label={t.toHeir} fault={fault}>
        {() => <ColleaguePicker label={t.toHeir} single inline picked={heir} onPicked={setHeir} without={[uid]} />}
      </Field>
      {chosen ? null : <TextField label={t.orWaive} value={waived} onValue={setWaived} maxLength={200} />}
    </FormDialog>
  );
}
