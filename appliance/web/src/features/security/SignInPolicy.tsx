import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/query";
import { signInPolicy } from "../../api/security";
import type { Factor, PasswordPolicy, Requirement, SignInPolicy } from "../../api/types";
import { useDepartmentTree } from "../../api/useDepartmentTree";
import { Failure } from "../../i18n/Failure";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import type { Problem } from "../../api/problems";
import { useAct } from "../../i18n/useAct";
import { useTitle } from "../../lib/react";
import { Button, IconButton } from "../../ui/Button";
import { SelectField, TextField } from "../../ui/Field";
import { PageBar } from "../../ui/PageBar";
import { Banner } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { Tree } from "../../ui/Tree";
import { useTexts } from "./texts";

/** What signing in asks for: how passwords must look, and who needs more than one. */
export default function SignInPolicyPage() {
  const t = useTexts();
  useTitle(t.signIn);
  const policy = useQuery({ queryKey: keys.signInPolicy, queryFn: signInPolicy.get, refetchOnWindowFocus: false });
  return (
    <>
      <PageBar title={t.signIn} sub={t.signInSub} />
      <main className="con-body">
        {policy.error ? <Failure error={policy.error} title={t.failedSignIn} onRetry={() => void policy.refetch()} /> : null}
        {policy.data ? <Form key={policy.dataUpdatedAt} before={policy.data} /> : null}
      </main>
    </>
  );
}

type Number = "length" | "classes" | "strength" | "age_days" | "warning_days" | "history";

/** What a profile begins with, and which values it leaves open. */
const PROFILES: Record<PasswordPolicy["profile"], { values: Omit<PasswordPolicy, "banned">; open: Number[] }> = {
  dengbao: {
    values: { profile: "dengbao", length: 10, classes: 3, strength: 2, age_days: 90, warning_days: 14, history: 5 },
    open: ["length", "classes", "strength", "age_days", "warning_days", "history"],
  },
  nist: { values: { profile: "nist", length: 15, classes: 0, strength: 3, age_days: 0, warning_days: 0, history: 0 }, open: ["length", "strength", "history"] },
};

function Form({ before }: { before: SignInPolicy }) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [password, setPassword] = useState(before.password);
  const [words, setWords] = useState(before.password.banned.join("\n"));
  const [requirements, setRequirements] = useState(before.requirements);
  const { busy, problem, run } = useAct();
  const save = async () => {
    const banned = words.split("\n").map((word) => word.trim()).filter(Boolean);
    const set = await signInPolicy.set({ password: { ...password, banned }, requirements });
    toast(t.signInSaved, "ok");
    client.setQueryData(keys.signInPolicy, set);
  };
  const placed = problem?.field !== undefined && problem.field !== "requirements";
  return (
    <form
      className="con-page stack gap-16"
      onSubmit={(event) => {
        event.preventDefault();
        void run(save);
      }}
    >
      {problem && !placed ? (
        <Banner tone="danger" icon="alert-circle">
          {sentence(problem, problems)}
        </Banner>
      ) : null}
      <section className="card card-open">
        <div className="card-head">
          <h2>{t.passwords}</h2>
          <span className="meta truncate">{t.passwordsNote}</span>
        </div>
        <div className="card-body stack gap-16">
          <div>
            <div className="seg" role="radiogroup" aria-label={t.profile}>
            {(["dengbao", "nist"] as const).map((one) => (
              <button
                key={one}
                type="button"
                role="radio"
                aria-checked={one === password.profile}
                className={one === password.profile ? "seg-item is-on" : "seg-item"}
                onClick={() => setPassword({ ...PROFILES[one].values, banned: password.banned })}
              >
                {t.profiles[one]}
              </button>
            ))}
            </div>
          </div>
          <Numbers password={password} onPassword={setPassword} problem={problem} />
          <div className="field">
            <label className="label" htmlFor="banned">
              {t.banned}
            </label>
            <textarea id="banned" className="textarea" rows={4} value={words} onChange={(event) => setWords(event.target.value)} />
            <span className={problem?.field === "banned" ? "fault" : "help"}>{fieldFault(problem, "banned", problems) ?? t.bannedHelp}</span>
          </div>
        </div>
      </section>
      <Requirements requirements={requirements} onRequirements={setRequirements} />
      <div className="cluster">
        <Button type="submit" look="primary" busy={busy}>
          {t.signInSave}
        </Button>
        <span className="meta">{t.signInSaveNote}</span>
      </div>
    </form>
  );
}

function Numbers({ password, onPassword, problem }: { password: PasswordPolicy; onPassword: (next: PasswordPolicy) => void; problem: Problem | null }) {
  const t = useTexts();
  const problems = useProblems();
  const fault = (field: Number) => {
    const said = fieldFault(problem, field, problems);
    return said ? `${said} ${t.numberHelp[field]}` : undefined;
  };
  return (
    <div className="policy-grid">
      {PROFILES[password.profile].open.map((one) => (
        <TextField
          key={one}
          label={t.numbers[one]}
          help={t.numberHelp[one]}
          type="number"
          min={0}
          required
          value={String(password[one])}
          onValue={(value) => onPassword({ ...password, [one]: Math.max(0, Math.trunc(Number(value) || 0)) })}
          fault={fault(one)}
        />
      ))}
    </div>
  );
}

function Requirements({ requirements, onRequirements }: { requirements: Requirement[]; onRequirements: (next: Requirement[]) => void }) {
  const t = useTexts();
  const set = (at: number, change: Partial<Requirement>) => onRequirements(requirements.map((one, index) => (index === at ? { ...one, ...change } : one)));
  return (
    <section className="card card-open">
      <div className="card-head">
        <h2>{t.requirements}</h2>
        <span className="meta truncate">{t.requirementsNote}</span>
      </div>
      <div className="card-body stack gap-16">
        {requirements.length === 0 ? <p className="soft">{t.requirementsNone}</p> : null}
        {requirements.map((one, at) => (
          // A row has no name of its own; rows are added and removed, never sorted.
          <div className="policy-row" key={`${at}-${requirements.length}`}>
            <GroupField group={one.group} onGroup={(group) => set(at, { group })} />
            <SelectField label={t.needs} value={one.factor} onValue={(value) => set(at, { factor: value as Factor })}>
              <option value="password">{t.factors.password}</option>
              <option value="second-factor">{t.factors["second-factor"]}</option>
              <option value="passkey">{t.factors.passkey}</option>
            </SelectField>
            <IconButton icon="x" label={t.requirementRemove} onClick={() => onRequirements(requirements.filter((_, index) => index !== at))} />
          </div>
        ))}
        <div>
          <Button icon="plus" onClick={() => onRequirements([...requirements, { group: { kind: "administrators" }, factor: "second-factor" }])}>
            {t.requirementAdd}
          </Button>
        </div>
      </div>
    </section>
  );
}

function GroupField({ group, onGroup }: { group: Requirement["group"]; onGroup: (group: Requirement["group"]) => void }) {
  const t = useTexts();
  const choose = (kind: string) => {
    // The department is chosen next; until then the row fits nobody, and the box says so.
    if (kind === "department") onGroup({ kind: "department", id: "0" });
    else onGroup({ kind: kind as "everyone" | "administrators" });
  };
  return (
    <div className="stack gap-16 grow">
      <SelectField label={t.who} value={group.kind} onValue={choose}>
        <option value="everyone">{t.groups.everyone}</option>
        <option value="administrators">{t.groups.administrators}</option>
        <option value="department">{t.groups.department}</option>
      </SelectField>
      {group.kind === "department" ? <DepartmentField id={group.id} onId={(id) => onGroup({ kind: "department", id })} /> : null}
    </div>
  );
}

function DepartmentField({ id, onId }: { id: string; onId: (id: string) => void }) {
  const t = useTexts();
  const tree = useDepartmentTree(id === "0" ? undefined : id, "whole");
  const rows = tree.rows.map(({ department, level, open }) => ({ id: department.id, label: department.name, level, open, on: department.id === id }));
  return (
    <div className="dep-tree">
      <Tree label={t.department} rows={rows} onSelect={onId} onToggle={tree.toggle} />
    </div>
  );
}
