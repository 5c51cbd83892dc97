import { useState } from "react";
import { explanations } from "../../api/security";
import type { Explained, ExplainedAct } from "../../api/types";
import { ColleaguePicker } from "../../i18n/ColleaguePicker";
import { useCommon } from "../../i18n/common";
import { sentence, useProblems } from "../../i18n/problems";
import { useAct } from "../../i18n/useAct";
import { useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import type { PickedDepartment } from "../../ui/DepartmentPicker";
import { SelectField, TextField } from "../../ui/Field";
import { PageBar } from "../../ui/PageBar";
import type { Pick } from "../../ui/PeoplePicker";
import { StateShape } from "../../ui/StateShape";
import { Scope } from "./Scope";
import { useTexts } from "./texts";

type Kind = "person" | "department" | "node" | "conversation" | "none";

const ACTS: Record<ExplainedAct, Kind> = {
  "see-person": "person",
  "edit-person": "person",
  "freeze-person": "person",
  "reset-sign-in": "person",
  "person-leaves": "person",
  "create-department-below": "department",
  "rename-department": "department",
  "arrange-department": "department",
  "delete-department": "department",
  "read-node": "node",
  "change-node": "node",
  "read-conversation": "conversation",
  "post-message": "conversation",
  "administer-conversation": "conversation",
  "keep-the-directory": "none",
  "grant-roles": "none",
  "read-the-audit-log": "none",
};
const NAMES = Object.keys(ACTS) as ExplainedAct[];

/** Whether somebody may do something, and what decides it: asked of what decides. */
export default function Explain() {
  const t = useTexts();
  const problems = useProblems();
  useTitle(t.explain);
  const [who, setWho] = useState<Pick[]>([]);
  const [act, setAct] = useState<ExplainedAct>("see-person");
  const [other, setOther] = useState<Pick[]>([]);
  const [departments, setDepartments] = useState<PickedDepartment[]>([]);
  const [number, setNumber] = useState("");
  const [answer, setAnswer] = useState<Explained>();
  const { busy, problem, run } = useAct();
  const kind = ACTS[act];
  const objects = { person: other[0]?.uid, department: departments[0]?.id, node: number.trim(), conversation: number.trim(), none: undefined };
  const object = objects[kind];
  const ask = async () => {
    setAnswer(undefined);
    if (who[0]) setAnswer(await explanations.ask(who[0].uid, act, object));
  };
  const choose = (next: string) => {
    setAct(NAMES.find((one) => one === next) ?? act);
    setAnswer(undefined);
  };
  return (
    <>
      <PageBar title={t.explain} sub={t.explainSub} />
      <main className="con-body">
        <div className="con-page stack gap-16">
          <section className="card card-open">
            <div className="card-head">
              <h2>{t.question}</h2>
            </div>
            <form
              className="card-body stack gap-16"
              onSubmit={(event) => {
                event.preventDefault();
                void run(ask);
              }}
            >
              <div className="field">
                <span className="label">{t.person}</span>
                <ColleaguePicker whole single picked={who} onPicked={setWho} label={t.pick} />
              </div>
              <SelectField label={t.act} value={act} onValue={choose}>
                {NAMES.map((one) => (
                  <option key={one} value={one}>
                    {t.acts[one]}
                  </option>
                ))}
              </SelectField>
              {kind === "person" ? (
                <div className="field">
                  <span className="label">{t.object}</span>
                  <ColleaguePicker whole single picked={other} onPicked={setOther} label={t.objectPerson} />
                </div>
              ) : null}
              {kind === "department" ? (
                <div className="field">
                  <span className="label">{t.object}</span>
                  <Scope picked={departments} onPicked={(all) => setDepartments(all.slice(-1))} />
                </div>
              ) : null}
              {kind === "node" || kind === "conversation" ? (
                <TextField label={kind === "node" ? t.objectNode : t.objectConversation} inputMode="numeric" value={number} onValue={setNumber} help={t.numberHelp} />
              ) : null}
              <div className="cluster">
                <Button type="submit" look="primary" busy={busy} disabled={!who[0] || (kind !== "none" && !object)}>
                  {t.ask}
                </Button>
              </div>
              {problem ? (
                <p className="fault" role="alert">
                  <StateShape name="dia" tone="bad" />
                  {sentence(problem, problems)}
                </p>
              ) : null}
            </form>
          </section>
          {answer && !problem ? <Answer answer={answer} /> : null}
        </div>
      </main>
    </>
  );
}

function Answer({ answer }: { answer: Explained }) {
  const t = useTexts();
  const common = useCommon();
  const { person, allowed, reason, role, power, delegation, department, rule } = answer;
  return (
    <section className="card" role="status">
      <div className="card-head">
        <StateShape name={allowed ? "ok" : "xring"} tone={allowed ? "ok" : "bad"} />
        <h2>{allowed ? t.may(person.name, t.acts[answer.act]) : t.mayNot(person.name, t.acts[answer.act])}</h2>
      </div>
      <div className="card-body">
        <p>{t.reasons[reason]}</p>
        <dl className="kv kv-wide mt-8">
          {role ? (
            <>
              <dt>{t.needed}</dt>
              <dd>{common.roles[role]}</dd>
            </>
          ) : null}
          {power ? (
            <>
              <dt>{t.powers}</dt>
              <dd>{t.powerNames[power]}</dd>
            </>
          ) : null}
          {delegation ? (
            <>
              <dt>{t.kinds.delegation}</dt>
              <dd>{delegation}</dd>
            </>
          ) : null}
          {department ? (
            <>
              <dt>{t.where}</dt>
              <dd>{department.name}</dd>
            </>
          ) : null}
          {rule ? (
            <>
              <dt>{t.rule}</dt>
              <dd>{rule}</dd>
            </>
          ) : null}
        </dl>
      </div>
    </section>
  );
}
