import { useState } from "react";
import { tags } from "../../api/sight";
import type { NamedSubject, PersonState, TagCondition, TagRule } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { ColleaguePicker } from "../../i18n/ColleaguePicker";
import { useToldAct } from "../../i18n/useAct";
import { Button } from "../../ui/Button";
import { Check, SelectField, TextField } from "../../ui/Field";
import type { Pick } from "../../ui/PeoplePicker";
import { DepartmentChoice } from "./SubjectPicker";
import { useTexts } from "./texts";

type Field = TagCondition["test"]["field"];
const FIELDS: Field[] = ["department", "title_contains", "state", "work_place", "manager"];
const STATES: PersonState[] = ["active", "invited", "frozen", "leaving"];

/** A condition while it is typed: its value may still be missing, and ids have names. */
export interface Draft {
  not: boolean;
  field: Field;
  text: string;
  name: string;
}

export const FRESH: Draft = { not: false, field: "title_contains", text: "", name: "" };

/** Null: something is not filled in yet. */
export function ruleOf(of: TagRule["of"], drafts: Draft[]): TagRule | null {
  if (drafts.length === 0 || drafts.some((draft) => draft.text.trim() === "")) return null;
  const conditions = drafts.map(({ not, field, text }) => ({ not, test: { field, value: text.trim() } as TagCondition["test"] }));
  return { of, conditions };
}

export function draftsOf(rule: TagRule, names: NamedSubject[]): Draft[] {
  return rule.conditions.map(({ not, test }) => {
    const name = names.find(({ subject }) => subject.id === test.value)?.name ?? "";
    return { not: not ?? false, field: test.field, text: test.value, name };
  });
}

interface Props {
  of: TagRule["of"];
  onOf: (of: TagRule["of"]) => void;
  drafts: Draft[];
  onDrafts: (drafts: Draft[]) => void;
}

export function RuleEditor({ of, onOf, drafts, onDrafts }: Props) {
  const t = useTexts();
  const { run, busy } = useToldAct();
  const [found, setFound] = useState<{ people: number; names: string } | null>(null);
  const rule = ruleOf(of, drafts);
  const change = (at: number, part: Partial<Draft>) => {
    setFound(null);
    onDrafts(drafts.map((draft, index) => (index === at ? { ...draft, ...part } : draft)));
  };
  const look = async () => {
    if (!rule) return;
    const answer = await tags.preview(rule);
    setFound({ people: answer.people, names: answer.first.map((person) => person.name).join("、") });
  };
  return (
    <fieldset className="sight-set">
      <legend className="label">{t.rule}</legend>
      <SelectField label={t.ruleOf} value={of} onValue={(value) => onOf(value === "any" ? "any" : "all")}>
        <option value="all">{t.ruleOfs.all}</option>
        <option value="any">{t.ruleOfs.any}</option>
      </SelectField>
      {drafts.map((draft, at) => (
        <Condition key={at} draft={draft} onChange={(part) => change(at, part)} onDrop={drafts.length > 1 ? () => onDrafts(drafts.filter((_, index) => index !== at)) : undefined} />
      ))}
      <span className="cluster">
        <Button small icon="plus" disabled={drafts.length >= 20} onClick={() => onDrafts([...drafts, FRESH])}>
          {t.ruleAdd}
        </Button>
        <Button small icon="eye" busy={busy} disabled={!rule} onClick={() => void run(look).catch(() => undefined)}>
          {t.rulePreview}
        </Button>
      </span>
      {found ? (
        <p className="meta" role="status">
          {t.ruleHolds(found.people)}
          {found.names ? ` · ${found.names}` : ""}
        </p>
      ) : null}
    </fieldset>
  );
}

interface ConditionProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  onDrop: (() => void) | undefined;
}

function Condition({ draft, onChange, onDrop }: ConditionProps) {
  const t = useTexts();
  const pickField = (value: string) => {
    const field = FIELDS.find((one) => one === value) ?? "title_contains";
    onChange({ field, text: field === "state" ? "active" : "", name: "" });
  };
  return (
    <div className="stack line-top">
      <span className="cluster between">
        <Check checked={draft.not} onChange={(event) => onChange({ not: event.target.checked })}>
          {t.ruleNot}
        </Check>
        {onDrop ? <Button small icon="x" look="quiet" aria-label={t.ruleDrop} onClick={onDrop} /> : null}
      </span>
      <SelectField label={t.ruleField} value={draft.field} onValue={pickField}>
        {FIELDS.map((field) => (
          <option key={field} value={field}>
            {t.ruleFields[field]}
          </option>
        ))}
      </SelectField>
      <Value draft={draft} onChange={onChange} />
    </div>
  );
}

function Value({ draft, onChange }: Omit<ConditionProps, "onDrop">) {
  const t = useTexts();
  const common = useCommon();
  if (draft.field === "state") {
    return (
      <SelectField label={t.ruleValue} value={draft.text} onValue={(text) => onChange({ text })}>
        {STATES.map((state) => (
          <option key={state} value={state}>
            {common.states[state]}
          </option>
        ))}
      </SelectField>
    );
  }
  if (draft.field === "department") {
    const picked: NamedSubject | undefined = draft.text ? { subject: { kind: "department", id: draft.text }, name: draft.name } : undefined;
    return <DepartmentChoice label={t.ruleValue} picked={picked} onPicked={(next) => onChange({ text: next?.subject.id ?? "", name: next?.name ?? "" })} />;
  }
  if (draft.field === "manager") {
    const picked: Pick[] = draft.text ? [{ id: draft.text, uid: draft.text, name: draft.name }] : [];
    return <ColleaguePicker whole single picked={picked} onPicked={(next) => onChange({ text: next[0]?.id ?? "", name: next[0]?.name ?? "" })} label={t.ruleValue} />;
  }
  return <TextField label={t.ruleValue} required maxLength={200} value={draft.text} onValue={(text) => onChange({ text })} />;
}
