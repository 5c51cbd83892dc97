import { useState } from "react";
import type { CardField, FieldValues, PersonField } from "../api/types";
import { Check, Field, SelectField, TextField } from "../ui/Field";
import type { Pick } from "../ui/PeoplePicker";
import { ColleaguePicker } from "./ColleaguePicker";
import { useLocale } from "./locale";
import { translator } from "./t";
import { pictureOf } from "../lib/pictures";

const zh = { yes: "是", no: "否", none: "未填", lines: "每行一个", separator: "、" };
const en: typeof zh = { yes: "Yes", no: "No", none: "Not filled in", lines: "One per line", separator: ", " };
const useTexts = translator({ "zh-CN": zh, en });

/** What the enterprise calls one of its own fields, in the language of the page. */
export function useFieldLabel(): (field: { label_zh?: string | null | undefined; label_en?: string | null | undefined }) => string {
  const locale = useLocale((state) => state.locale);
  return (field) => (locale === "en" ? field.label_en : field.label_zh) ?? "";
}

/** What a person has in a field, to be read. */
export function FieldText({ field, onPerson }: { field: CardField; onPerson?: (uid: string) => void }) {
  const t = useTexts();
  const { kind, values } = field;
  if (kind === "link") {
    return values.map((value) => (
      <a key={value} className="link" href={value} target="_blank" rel="noopener noreferrer">
        {value}
      </a>
    ));
  }
  if (kind === "person" && onPerson) {
    return (field.people ?? []).map((one) => (
      <button key={one.id} type="button" className="link" onClick={() => onPerson(one.uid)}>
        {one.name}
      </button>
    ));
  }
  const words = kind === "person" ? (field.people ?? []).map((one) => one.name) : kind === "yes-no" ? values.map((value) => (value === "yes" ? t.yes : t.no)) : values;
  return <>{words.join(t.separator)}</>;
}

interface Props {
  fields: PersonField[];
  /** What the person has now. */
  held: CardField[];
  values: FieldValues;
  onValues: (values: FieldValues) => void;
}

/** One control for each field, by its kind. */
export function FieldInputs({ fields, held, values, onValues }: Props) {
  return fields.map((field) => (
    <Input
      key={field.key}
      field={field}
      people={held.find((one) => one.key === field.key)?.people ?? []}
      values={values[field.key] ?? []}
      onValues={(next) => onValues({ ...values, [field.key]: next })}
    />
  ));
}

interface InputProps {
  field: PersonField;
  people: NonNullable<CardField["people"]>;
  values: string[];
  onValues: (values: string[]) => void;
}

function Input({ field, people, values, onValues }: InputProps) {
  const t = useTexts();
  const label = useFieldLabel()(field);
  const one = (value: string) => onValues(value === "" ? [] : [value]);
  if (field.kind === "person") return <People field={field} label={label} people={people} onValues={onValues} />;
  if (field.kind === "choice" && field.several) {
    const toggle = (choice: string) => onValues(values.includes(choice) ? values.filter((value) => value !== choice) : [...values, choice]);
    return (
      <div className="field" role="group" aria-label={label}>
        <span className="label">{label}</span>
        {(field.choices ?? []).map((choice) => (
          <Check key={choice} checked={values.includes(choice)} onChange={() => toggle(choice)}>
            {choice}
          </Check>
        ))}
      </div>
    );
  }
  if (field.kind === "choice" || field.kind === "yes-no") {
    const options = field.kind === "choice" ? (field.choices ?? []).map((choice) => [choice, choice]) : [["yes", t.yes], ["no", t.no]];
    return (
      <SelectField label={label} value={values[0] ?? ""} onValue={one}>
        <option value="">{t.none}</option>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </SelectField>
    );
  }
  if (field.several) {
    return (
      <Field label={label} help={t.lines}>
        {(ids) => <textarea {...ids} className="textarea" rows={3} value={values.join("\n")} onChange={(event) => onValues(event.target.value === "" ? [] : event.target.value.split("\n"))} />}
      </Field>
    );
  }
  const type = field.kind === "date" ? "date" : field.kind === "link" ? "url" : "text";
  return <TextField label={label} type={type} inputMode={field.kind === "number" ? "decimal" : undefined} value={values[0] ?? ""} onValue={one} />;
}

function People({ field, label, people, onValues }: { field: PersonField; label: string; people: InputProps["people"]; onValues: InputProps["onValues"] }) {
  const [picked, setPicked] = useState<Pick[]>(() => people.map((one) => ({ ...one, picture: pictureOf(one), hue: one.avatar_hue })));
  const pick = (next: Pick[]) => {
    setPicked(next);
    onValues(next.map((one) => one.uid));
  };
  return (
    <div className="field">
      <span className="label">{label}</span>
      <ColleaguePicker single={!field.several} picked={picked} onPicked={pick} label={label} />
    </div>
  );
}

/** As they are now, by key: what a form begins with. */
export const startingValues = (held: CardField[]): FieldValues => Object.fromEntries(held.map((field) => [field.key, field.values]));

/** Only what differs goes to the box. */
export function changedValues(held: CardField[], values: FieldValues): FieldValues {
  const before = startingValues(held);
  const same = (a: string[], b: string[]) => a.length === b.length && a.every((value, index) => value === b[index]);
  return Object.fromEntries(Object.entries(values).filter(([key, next]) => !same(before[key] ?? [], next)));
}
