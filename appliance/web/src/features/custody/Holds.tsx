import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { holds } from "../../api/audit";
import { keys } from "../../api/query";
import type { Hold, Subject } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { useToldAct } from "../../i18n/useAct";
import { useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { TextField } from "../../ui/Field";
import { PageBar } from "../../ui/PageBar";
import { State } from "../../ui/StateShape";
import { toast } from "../../ui/Toast";
import { CaseForm } from "./CaseForm";
import { CaseTable } from "./CaseTable";
import { useTexts } from "./texts";

/** What nobody may have shredded. */
export default function Holds() {
  const t = useTexts();
  useTitle(t.holds);
  const client = useQueryClient();
  const list = useQuery({ queryKey: keys.holds, queryFn: holds.list });
  const items = list.data?.items ?? [];
  const place = async (subject: Subject, forCase: string) => {
    await holds.place(subject, forCase);
    toast(t.held, "ok");
    await client.invalidateQueries({ queryKey: keys.holds });
  };
  return (
    <>
      <PageBar title={t.holds} sub={t.holdsSub} />
      <main className="con-body">
        {list.error ? (
          <Failure error={list.error} title={t.failedHolds} onRetry={() => void list.refetch()} />
        ) : (
          <div className="con-page stack gap-16">
            <CaseForm kinds={t.kinds} idLabel={t.id} idHelp={t.idHelp} title={t.newHold} note={t.newHoldNote} caseLabel={t.caseHold} act={t.hold} onAct={place} />
            <CaseTable title={t.allHolds} count={items.length} none={t.noneHolds} icon="lock" by={t.byHold} act={t.lift}>
              {items.map((hold) => (
                <Row key={hold.id} hold={hold} />
              ))}
            </CaseTable>
          </div>
        )}
      </main>
    </>
  );
}

function Row({ hold }: { hold: Hold }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const client = useQueryClient();
  const { run } = useToldAct();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const lift = async () => {
    await holds.lift(hold.id, reason.trim());
    toast(t.lifted, "ok");
    await client.invalidateQueries({ queryKey: keys.holds });
  };
  const inForce = hold.lifted_at == null;
  return (
    <tr className="two-line">
      <td>{`${t.kinds[hold.subject.kind]} ${hold.subject.id}`}</td>
      <td className="hide-phone">{hold.case}</td>
      <td className="soft hide-phone">
        {hold.by}
        <p className="meta nowrap">{format.near(hold.at)}</p>
      </td>
      <td>
        <State tone={inForce ? "ok" : "off"} shape={inForce ? "locked" : "line"}>
          {inForce ? t.inForce : t.lifted}
        </State>
        {hold.lifted_at != null && hold.lifted_by ? <p className="meta">{t.liftedBy(hold.lifted_by, format.near(hold.lifted_at))}</p> : null}
      </td>
      <td className="r">
        {inForce ? (
          <Button small look="danger" onClick={() => setAsking(true)}>
            {t.lift}
          </Button>
        ) : null}
        <Confirm open={asking} danger title={t.liftTitle} act={t.liftAct} cancel={common.cancel} onClose={() => setAsking(false)} onConfirm={() => run(lift)}>
          <TextField label={t.liftReason} value={reason} onValue={setReason} maxLength={200} />
        </Confirm>
      </td>
    </tr>
  );
}
