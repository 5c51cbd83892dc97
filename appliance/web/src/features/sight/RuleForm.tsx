import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sightKeys, visibility } from "../../api/sight";
import type { NamedSubject, MaskedField, RuleEffect, VisibilityRule, VisibilityRuleSettings } from "../../api/types";
import { FormDialog } from "../../i18n/FormDialog";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct, useToldAct } from "../../i18n/useAct";
import { newId } from "../../lib/ids";
import { Button } from "../../ui/Button";
import { Check, SelectField, TextField } from "../../ui/Field";
import { toast } from "../../ui/Toast";
import { SubjectPicker } from "./SubjectPicker";
import { useTexts } from "./texts";

const EFFECTS: RuleEffect[] = ["hide", "restrict", "mask"];
const FIELDS: MaskedField[] = [
  "mobile",
  "mail",
  "phone",
  "employee-no",
  "work-place",
  "hired-on",
  "manager",
  "avatar",
  "custom-public",
  "custom-internal",
  "custom-restricted",
  "custom-confidential",
];

interface Draft {
  name: string;
  effect: RuleEffect;
  enabled: boolean;
  own: boolean;
  fields: MaskedField[];
  subjects: NamedSubject[];
  objects: NamedSubject[];
  exempt: NamedSubject[];
}

function draftOf(rule: VisibilityRule | null): Draft {
  if (!rule) return { name: "", effect: "hide", enabled: true, own: false, fields: [], subjects: [], objects: [], exempt: [] };
  const { name, effect, enabled, own_departments: own = false, fields = [] } = rule.settings;
  return { name, effect, enabled, own, fields, ...rule.names };
}

/** Only the lists that the effect has. */
function settingsOf({ name, effect, enabled, own, fields, subjects, objects, exempt }: Draft): VisibilityRuleSettings {
  const ids = (all: NamedSubject[]) => all.map((one) => one.subject);
  return {
    name: name.trim(),
    effect,
    enabled,
    subjects: effect === "restrict" ? ids(subjects) : [],
    objects: ids(objects),
    own_departments: effect === "restrict" && own,
    exempt: ids(exempt),
    fields: effect === "mask" ? fields : [],
  };
}

const filled = ({ name, effect, fields, subjects, objects }: Draft): boolean =>
  name.trim() !== "" && { hide: objects.length > 0, restrict: subjects.length > 0, mask: fields.length > 0 }[effect];

/** Null: a new one. */
export function RuleForm({ rule, onClose }: { rule: VisibilityRule | null; onClose: () => void }) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [cid] = useState(newId);
  const [draft, setDraft] = useState(() => draftOf(rule));
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const { busy, problem, run } = useAct();
  const fault = (field: string) => fieldFault(problem, field, problems);
  const save = async () => {
    const settings = settingsOf(draft);
    await (rule ? visibility.edit(rule.id, settings) : visibility.create(cid, settings));
    toast(t.sightSaved, "ok");
    await client.invalidateQueries({ queryKey: sightKeys.rules });
    onClose();
  };
  const pickEffect = (value: string) => change({ effect: EFFECTS.find((one) => one === value) ?? "hide" });
  return (
    <FormDialog title={rule ? t.sightEdit(rule.settings.name) : t.sightNew} act={t.sightSave} busy={busy} ready={filled(draft)} onClose={onClose} onSubmit={() => void run(save)}>
      <TextField label={t.sightName} required maxLength={200} value={draft.name} onValue={(name) => change({ name })} fault={fault("name")} />
      <SelectField label={t.sightEffect} help={t.effectHelps[draft.effect]} value={draft.effect} onValue={pickEffect}>
        {EFFECTS.map((effect) => (
          <option key={effect} value={effect}>
            {t.effects[effect]}
          </option>
        ))}
      </SelectField>
      {draft.effect === "restrict" ? (
        <>
          <SubjectPicker label={t.subjects} picked={draft.subjects} onPicked={(subjects) => change({ subjects })} fault={fault("subjects")} />
          <Check checked={draft.own} onChange={(event) => change({ own: event.target.checked })}>
            {t.ownDepartments}
          </Check>
        </>
      ) : null}
      {draft.effect === "mask" ? <Fields picked={draft.fields} onPicked={(fields) => change({ fields })} /> : null}
      <SubjectPicker label={t.objects[draft.effect]} picked={draft.objects} onPicked={(objects) => change({ objects })} fault={fault("objects")} />
      <SubjectPicker label={t.exempt} picked={draft.exempt} onPicked={(exempt) => change({ exempt })} fault={fault("exempt")} />
      <Check checked={draft.enabled} onChange={(event) => change({ enabled: event.target.checked })}>
        {t.sightOn}
      </Check>
      <Counts draft={draft} />
      {problem && !["name", "subjects", "objects", "exempt"].includes(problem.field ?? "") ? (
        <p className="fault" role="alert">
          {sentence(problem, problems)}
        </p>
      ) : null}
    </FormDialog>
  );
}

function Fields({ picked, onPicked }: { picked: MaskedField[]; onPicked: (picked: MaskedField[]) => void }) {
  const t = useTexts();
  const toggle = (field: MaskedField) => onPicked(picked.includes(field) ? picked.filter((one) => one !== field) : [...picked, field]);
  return (
    <fieldset className="sight-set">
      <legend className="label">{t.fieldsHead}</legend>
      {FIELDS.map((field) => (
        <Check key={field} checked={picked.includes(field)} onChange={() => toggle(field)}>
          {t.fields[field]}
        </Check>
      ))}
    </fieldset>
  );
}

/** How many people the lists mean, when asked. */
function Counts({ draft }: { draft: Draft }) {
  const t = useTexts();
  const { busy, run } = useToldAct();
  const [said, setSaid] = useState<{ of: Draft; text: string } | null>(null);
  const count = async () => {
    const { subjects, objects, exempt } = await visibility.preview(settingsOf(draft));
    setSaid({ of: draft, text: draft.effect === "restrict" ? t.countedRestricted(subjects, objects, exempt) : t.counted(objects, exempt) });
  };
  return (
    <span className="cluster">
      <Button small icon="eye" busy={busy} disabled={!filled(draft)} onClick={() => void run(count).catch(() => undefined)}>
        {t.countUp}
      </Button>
      <span className="meta" role="status">
        {said?.of === draft ? said.text : ""}
      </span>
    </span>
  );
}
