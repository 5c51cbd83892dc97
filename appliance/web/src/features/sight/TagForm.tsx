import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sightKeys, tags } from "../../api/sight";
import type { Tag, TagRule } from "../../api/types";
import { FormDialog } from "../../i18n/FormDialog";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct } from "../../i18n/useAct";
import { newId } from "../../lib/ids";
import { SelectField, TextField } from "../../ui/Field";
import { toast } from "../../ui/Toast";
import { FRESH, RuleEditor, draftsOf, ruleOf } from "./RuleEditor";
import { useTexts } from "./texts";

/** Null: a new one. */
export function TagForm({ tag, onClose }: { tag: Tag | null; onClose: () => void }) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [cid] = useState(newId);
  const [name, setName] = useState(tag?.name ?? "");
  const [ruled, setRuled] = useState(Boolean(tag?.rule));
  const [of, setOf] = useState<TagRule["of"]>(tag?.rule?.of ?? "all");
  const [drafts, setDrafts] = useState(tag?.rule ? draftsOf(tag.rule, tag.names) : [FRESH]);
  const { busy, problem, run } = useAct();
  const rule = ruled ? ruleOf(of, drafts) : null;
  const save = async () => {
    if (tag) await tags.edit(tag.id, { name: name.trim(), ...(rule ? { rule } : {}) });
    else await tags.create(cid, name.trim(), rule ?? undefined);
    toast(t.tagSaved, "ok");
    await client.invalidateQueries({ queryKey: sightKeys.tags });
    onClose();
  };
  return (
    <FormDialog
      title={tag ? t.tagEdit(tag.name) : t.tagNew}
      act={t.tagSave}
      busy={busy}
      ready={name.trim() !== "" && (!ruled || rule !== null)}
      onClose={onClose}
      onSubmit={() => void run(save)}
    >
      <TextField label={t.tagName} required maxLength={200} value={name} onValue={setName} fault={fieldFault(problem, "name", problems)} />
      {tag ? null : (
        <SelectField label={t.tagKind} help={t.tagKindHelp} value={ruled ? "rule" : "named"} onValue={(value) => setRuled(value === "rule")}>
          <option value="named">{t.tagKinds.named}</option>
          <option value="rule">{t.tagKinds.rule}</option>
        </SelectField>
      )}
      {ruled ? <RuleEditor of={of} onOf={setOf} drafts={drafts} onDrafts={setDrafts} /> : null}
      {problem && problem.field !== "name" ? (
        <p className="fault" role="alert">
          {sentence(problem, problems)}
        </p>
      ) : null}
    </FormDialog>
  );
}
