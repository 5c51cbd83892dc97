import { useState, type ReactNode } from "react";
import { ColleaguePicker } from "../../i18n/ColleaguePicker";
import { useCommon } from "../../i18n/common";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct } from "../../i18n/useAct";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { SelectField, TextField } from "../../ui/Field";
import type { Pick } from "../../ui/PeoplePicker";
import { StateShape } from "../../ui/StateShape";
import { useTexts } from "./texts";

interface Props<K extends string> {
  /** What it can be about, in words; `person` is chosen by name. */
  kinds: Record<K, string>;
  /** Over the field of the number, and in it. */
  idLabel: string;
  idHelp: string;
  title: string;
  note: string;
  /** Over the field of the case. */
  caseLabel: string;
  /** What it is about to begin with. */
  about?: { kind: string; id: string };
  act: string;
  /** Asked before, where it cannot be taken back. */
  confirm?: { title: string; act: string; text: (kind: K) => ReactNode };
  onAct: (subject: { kind: K; id: string }, forCase: string) => Promise<void>;
}

/** What it is about, and for which case: the same for a shredding, a hold and an opening. */
export function CaseForm<K extends string>({ kinds, idLabel, idHelp, title, note, caseLabel, about, act, confirm, onAct }: Props<K>) {
  const t = useTexts();
  const common = useCommon();
  const problems = useProblems();
  const words = Object.entries<string>(kinds) as [K, string][];
  const { busy, problem, run } = useAct();
  const [kind, setKind] = useState(() => (words.find(([word]) => word === about?.kind) ?? words[0])?.[0] as K);
  const [id, setId] = useState(about?.id ?? "");
  const [picked, setPicked] = useState<Pick[]>([]);
  const [forCase, setForCase] = useState("");
  const named = kind === "person" ? (picked[0]?.uid ?? "") : id.trim();
  const fault = fieldFault(problem, "subject", problems) ?? fieldFault(problem, "content", problems);
  const [asking, setAsking] = useState(false);
  const go = () =>
    run(async () => {
      await onAct({ kind, id: named }, forCase.trim());
      setId("");
      setPicked([]);
      setForCase("");
    });
  return (
    <section className="card card-open">
      <div className="card-head">
        <h2>{title}</h2>
        <span className="meta truncate">{note}</span>
      </div>
      <form
        className="card-body"
        onSubmit={(event) => {
          event.preventDefault();
          if (confirm) setAsking(true);
          else void go();
        }}
      >
        <div className="grant grant-3">
          <SelectField label={t.kind} value={kind} onValue={(value) => setKind(value as K)}>
            {words.map(([one, word]) => (
              <option key={one} value={one}>
                {word}
              </option>
            ))}
          </SelectField>
          {kind === "person" ? (
            <div className="field">
              <span className="label">{t.person}</span>
              <ColleaguePicker single picked={picked} onPicked={setPicked} label={t.pick} />
            </div>
          ) : (
            <TextField label={idLabel} value={id} onValue={setId} maxLength={40} placeholder={idHelp} fault={fault} />
          )}
          <TextField label={caseLabel} value={forCase} onValue={setForCase} maxLength={200} fault={fieldFault(problem, "case", problems)} />
          <Button type="submit" look={confirm ? "danger-fill" : "primary"} busy={busy} disabled={named === "" || forCase.trim() === ""}>
            {act}
          </Button>
        </div>
        {problem && !fault && problem.field !== "case" ? (
          <p className="fault mt-8" role="alert">
            <StateShape name="dia" tone="bad" />
            {sentence(problem, problems)}
          </p>
        ) : null}
      </form>
      {confirm ? (
        <Confirm open={asking} danger title={confirm.title} act={confirm.act} cancel={common.cancel} onClose={() => setAsking(false)} onConfirm={() => go().then(() => undefined)}>
          <p className="strong">{`${kinds[kind]} ${named}`}</p>
          {confirm.text(kind)}
        </Confirm>
      ) : null}
    </section>
  );
}
