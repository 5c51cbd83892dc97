import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/query";
import { delegations } from "../../api/security";
import type { Delegation, Power } from "../../api/types";
import { useMe } from "../../api/useMe";
import { ColleaguePicker } from "../../i18n/ColleaguePicker";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { FormDialog } from "../../i18n/FormDialog";
import { useFormat } from "../../i18n/format";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct, useToldAct } from "../../i18n/useAct";
import { endOfDay } from "../../lib/day";
import { newId } from "../../lib/ids";
import { useTitle } from "../../lib/react";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import type { PickedDepartment } from "../../ui/DepartmentPicker";
import { Check, TextField } from "../../ui/Field";
import { PageBar } from "../../ui/PageBar";
import type { Pick } from "../../ui/PeoplePicker";
import { Banner, Empty } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { Scope } from "./Scope";
import { useTexts } from "./texts";

const POWERS: Power[] = ["people", "departments", "sign-in"];
const FIELDS = ["uid", "departments", "powers", "reason", "until"];

/** Who keeps which part of the directory; giving and taking it. */
export default function Delegations() {
  const t = useTexts();
  useTitle(t.delegations);
  const [giving, setGiving] = useState(false);
  const list = useQuery({ queryKey: keys.delegations, queryFn: delegations.list });
  const items = list.data?.items ?? [];
  return (
    <>
      <PageBar title={t.delegations} sub={t.delegationsSub}>
        <Button look="primary" icon="plus" onClick={() => setGiving(true)}>
          {t.newDelegation}
        </Button>
      </PageBar>
      <main className="con-body">
        {list.error ? (
          <Failure error={list.error} title={t.failedDelegations} onRetry={() => void list.refetch()} />
        ) : list.data && items.length === 0 ? (
          <Empty icon="shield" title={t.none}>
            {t.noneText}
          </Empty>
        ) : (
          <div className="con-page stack gap-16">
            <All items={items} />
          </div>
        )}
      </main>
      {giving ? <Give onClose={() => setGiving(false)} /> : null}
    </>
  );
}

function All({ items }: { items: Delegation[] }) {
  const t = useTexts();
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.all}</h2>
        <span className="meta">{items.length}</span>
      </div>
      <table className="table">
        <colgroup>
          <col className="w144" />
          <col />
          <col />
          <col className="w144 hide-phone" />
          <col className="w120 hide-phone" />
          <col className="w120" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t.person}</th>
            <th scope="col">{t.where}</th>
            <th scope="col">{t.powers}</th>
            <th scope="col" className="hide-phone">{t.since}</th>
            <th scope="col" className="hide-phone">{t.ends}</th>
            <th scope="col"><span className="sr-only">{t.take}</span></th>
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <Row key={one.id} one={one} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ one }: { one: Delegation }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const client = useQueryClient();
  const { run } = useToldAct();
  const [asking, setAsking] = useState(false);
  const take = async () => {
    await delegations.revoke(one.id);
    toast(t.taken, "ok");
    await client.invalidateQueries({ queryKey: keys.delegations });
  };
  return (
    <tr>
      <td>
        <span className="cluster" title={one.reason}>
          <Avatar name={one.person.name} hue={one.person.avatar_hue} seed={one.person.id} size={24} />
          <span className="truncate">{one.person.name}</span>
        </span>
      </td>
      <td title={one.departments.map((path) => path.map((step) => step.name).join(" / ")).join("\n")}>
        {one.departments.map((path) => path.at(-1)?.name).join(common.separator)}
      </td>
      <td className="soft">{one.powers.map((power) => t.powerNames[power]).join(common.separator)}</td>
      <td className="soft hide-phone" title={`${t.by} ${one.granted_by.name}`}>{format.exact(one.granted_at).slice(0, 16)}</td>
      <td className="soft hide-phone">{one.until ? format.moment(one.until) : t.forGood}</td>
      <td className="r">
        <Button small look="danger" onClick={() => setAsking(true)}>
          {t.take}
        </Button>
        <Confirm open={asking} danger title={t.takeTitle(one.person.name)} act={t.take} cancel={common.cancel} onClose={() => setAsking(false)} onConfirm={() => run(take)}>
          {t.takeText}
        </Confirm>
      </td>
    </tr>
  );
}

function Give({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const { person: self } = useMe();
  const [cid] = useState(newId);
  const [picked, setPicked] = useState<Pick[]>([]);
  const [departments, setDepartments] = useState<PickedDepartment[]>([]);
  const [powers, setPowers] = useState<Power[]>(["people"]);
  const [reason, setReason] = useState("");
  const [day, setDay] = useState("");
  const { busy, problem, run } = useAct();
  const fault = (field: string) => fieldFault(problem, field, problems);
  const who = picked[0];
  const give = async () => {
    if (!who) return;
    const ask = { uid: who.uid, departments: departments.map((one) => one.id), powers, reason: reason.trim(), until: endOfDay(day) };
    await delegations.grant(cid, ask);
    toast(t.given(who.name), "ok");
    await client.invalidateQueries({ queryKey: keys.delegations });
    onClose();
  };
  const toggle = (power: Power, on: boolean) => setPowers(POWERS.filter((one) => (one === power ? on : powers.includes(one))));
  const ready = Boolean(who) && departments.length > 0 && powers.length > 0 && reason.trim() !== "";
  return (
    <FormDialog title={t.newDelegation} act={t.give} busy={busy} ready={ready} onClose={onClose} onSubmit={() => void run(give)}>
      <p className="soft">{t.newDelegationNote}</p>
      {problem && !FIELDS.includes(problem.field ?? "") ? (
        <Banner tone="danger" icon="alert-circle">
          {sentence(problem, problems)}
        </Banner>
      ) : null}
      <div className="field">
        <span className="label">{t.person}</span>
        <ColleaguePicker whole single picked={picked} onPicked={setPicked} without={[self.uid]} label={t.pick} />
        {fault("uid") ? <span className="fault">{fault("uid")}</span> : null}
      </div>
      <div className="field">
        <span className="label">{t.departments}</span>
        <Scope picked={departments} onPicked={setDepartments} />
        {fault("departments") ? <span className="fault">{fault("departments")}</span> : null}
      </div>
      <div className="field" role="group" aria-label={t.powers}>
        <span className="label">{t.powers}</span>
        {POWERS.map((power) => (
          <Check key={power} checked={powers.includes(power)} onChange={(event) => toggle(power, event.target.checked)}>
            {t.powerNames[power]} <span className="meta">{t.powerHelp[power]}</span>
          </Check>
        ))}
      </div>
      <TextField label={t.reason} value={reason} onValue={setReason} maxLength={200} fault={fault("reason")} />
      <TextField type="date" label={t.until} value={day} onValue={setDay} fault={fault("until")} />
    </FormDialog>
  );
}
