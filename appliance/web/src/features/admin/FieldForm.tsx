import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { personFields } from "../../api/directory";
import { keys } from "../../api/query";
import type { FieldKind, PersonField, PersonFieldSettings, Sensitivity } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { FormDialog } from "../../i18n/FormDialog";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct } from "../../i18n/useAct";
import { newId } from "../../lib/ids";
import { Check, Field, SelectField, TextField } from "../../ui/Field";
import { Banner } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { useTexts } from "./texts";

const KINDS: FieldKind[] = ["text", "number", "date", "yes-no", "choice", "person", "link"];
const SENSITIVITIES: Sensitivity[] = ["public", "internal", "restricted", "confidential"];
const FAULTS = ["key", "label_zh", "label_en", "choices", "least", "most"];

const FRESH: PersonFieldSettings = {
  label_zh: "",
  label_en: "",
  several: false,
  required: false,
  choices: [],
  least: null,
  most: null,
  sensitivity: "internal",
  editor: "administrator",
  on_card: true,
};

/** Null: a new one. */
export function FieldForm({ field, onClose }: { field: PersonField | null; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const problems = useProblems();
  const client = useQueryClient();
  const [cid] = useState(newId);
  const [key, setKey] = useState(field?.key ?? "");
  const [kind, setKind] = useState<FieldKind>(field?.kind ?? "text");
  const [settings, setSettings] = useState<PersonFieldSettings>(() => (field ? settingsOf(field) : FRESH));
  const [choices, setChoices] = useState(field?.choices?.join("\n") ?? "");
  const { busy, problem, run } = useAct();
  const change = (part: Partial<PersonFieldSettings>) => setSettings({ ...settings, ...part });
  const fault = (name: string) => fieldFault(problem, name, problems);
  const bounded = kind === "number" || kind === "date";
  const save = async () => {
    const lines = choices.split("\n").map((line) => line.trim());
    const whole: PersonFieldSettings = {
      ...settings,
      choices: kind === "choice" ? lines.filter(Boolean) : [],
      least: bounded ? settings.least || null : null,
      most: bounded || kind === "text" ? settings.most || null : null,
    };
    if (field) await personFields.edit(field.key, whole);
    else await personFields.create(cid, key.trim(), kind, whole);
    toast(t.saved, "ok");
    await client.invalidateQueries({ queryKey: keys.personFields });
    onClose();
  };
  return (
    <FormDialog
      title={field ? t.fieldEdit : t.fieldNew}
      act={field ? common.save : t.create}
      busy={busy}
      ready={key.trim() !== "" && settings.label_zh.trim() !== "" && settings.label_en.trim() !== ""}
      onClose={onClose}
      onSubmit={() => void run(save)}
    >
      {problem && !FAULTS.includes(problem.field ?? "") ? (
        <Banner tone="danger" icon="alert-circle">
          {sentence(problem, problems)}
        </Banner>
      ) : null}
      <div className="form-grid">
        <TextField label={t.fieldLabelZh} required maxLength={64} value={settings.label_zh} onValue={(label_zh) => change({ label_zh })} fault={fault("label_zh")} />
        <TextField label={t.fieldLabelEn} required maxLength={64} value={settings.label_en} onValue={(label_en) => change({ label_en })} fault={fault("label_en")} />
        {field ? null : (
          <>
            <TextField label={t.fieldKey} help={t.fieldKeyHelp} required maxLength={32} autoCapitalize="none" spellCheck={false} value={key} onValue={setKey} fault={fault("key")} />
            <SelectField label={t.fieldKind} value={kind} onValue={(value) => setKind(KINDS.find((one) => one === value) ?? "text")}>
              {KINDS.map((one) => (
                <option key={one} value={one}>
                  {t.fieldKinds[one]}
                </option>
              ))}
            </SelectField>
          </>
        )}
        {bounded ? <TextField label={t.fieldLeast} type={kind === "date" ? "date" : "text"} value={settings.least ?? ""} onValue={(least) => change({ least })} fault={fault("least")} /> : null}
        {bounded || kind === "text" ? (
          <TextField label={kind === "text" ? t.fieldCharacters : t.fieldMost} type={kind === "date" ? "date" : "text"} inputMode={kind === "date" ? undefined : "decimal"} value={settings.most ?? ""} onValue={(most) => change({ most })} fault={fault("most")} />
        ) : null}
      </div>
      {kind === "choice" ? (
        <Field label={t.fieldChoices} help={t.fieldChoicesHelp} fault={fault("choices")}>
          {(ids) => <textarea {...ids} className="textarea" rows={4} value={choices} onChange={(event) => setChoices(event.target.value)} />}
        </Field>
      ) : null}
      <SelectField label={t.fieldSeen} help={t.sensitivityHelp[settings.sensitivity]} value={settings.sensitivity} onValue={(value) => change({ sensitivity: SENSITIVITIES.find((one) => one === value) ?? "internal" })}>
        {SENSITIVITIES.map((one) => (
          <option key={one} value={one}>
            {t.sensitivities[one]}
          </option>
        ))}
      </SelectField>
      <SelectField label={t.fieldEditor} value={settings.editor} onValue={(value) => change({ editor: value === "person" ? "person" : "administrator" })}>
        <option value="administrator">{t.fieldEditors.administrator}</option>
        <option value="person">{t.fieldEditors.person}</option>
      </SelectField>
      <div className="stack gap-8">
        {kind === "yes-no" ? null : (
          <Check checked={settings.several ?? false} onChange={(event) => change({ several: event.target.checked })}>
            {t.fieldSeveral}
          </Check>
        )}
        <Check checked={settings.required ?? false} onChange={(event) => change({ required: event.target.checked })}>
          {t.fieldRequiredHelp}
        </Check>
        <Check checked={settings.on_card} onChange={(event) => change({ on_card: event.target.checked })}>
          {t.fieldOnCard}
        </Check>
      </div>
    </FormDialog>
  );
}

function settingsOf({ label_zh, label_en, several, required, choices, least, most, sensitivity, editor, on_card }: PersonField): PersonFieldSettings {
  return { label_zh, label_en, several: several ?? false, required: required ?? false, choices: choices ?? [], least: least ?? null, most: most ?? null, sensitivity, editor, on_card };
}
