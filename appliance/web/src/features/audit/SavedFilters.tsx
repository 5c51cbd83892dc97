import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { audit } from "../../api/audit";
import { keys } from "../../api/query";
import type { SavedFilter } from "../../api/types";
import { FormDialog } from "../../i18n/FormDialog";
import { sentence, useProblems } from "../../i18n/problems";
import { useAct, useToldAct } from "../../i18n/useAct";
import { newId } from "../../lib/ids";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { toast } from "../../ui/Toast";
import { useTexts } from "./texts";
import { choiceOf, savedOf, type Choice } from "./useFilter";

/** Filters that this auditor has kept by name; the box keeps them. */
export function SavedFilters({ choice, onChange, any }: { choice: Choice; onChange: (change: Partial<Choice>) => void; any: boolean }) {
  const t = useTexts();
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: keys.savedFilters, queryFn: audit.savedFilters });
  const { run } = useToldAct();
  const [naming, setNaming] = useState(false);
  const now = JSON.stringify(savedOf(choice));
  const saved = data?.items ?? [];
  const remove = async (one: SavedFilter) => {
    await audit.deleteFilter(one.id);
    toast(t.filterDeleted, "ok");
    await client.invalidateQueries({ queryKey: keys.savedFilters });
  };
  if (saved.length === 0 && !any) return null;
  return (
    <div className="filters filters-saved" role="group" aria-label={t.savedFilters}>
      {saved.map((one) => {
        const chosen = choiceOf(one.filter);
        const on = JSON.stringify(savedOf({ ...chosen, entry: "" })) === now;
        return (
          <span key={one.id} className={on ? "chip is-on" : "chip"}>
            <button type="button" aria-pressed={on} onClick={() => onChange(chosen)}>
              {one.name}
            </button>
            <button type="button" className="chip-x" aria-label={t.deleteFilter(one.name)} title={t.deleteFilter(one.name)} onClick={() => void run(() => remove(one)).catch(() => undefined)}>
              <Icon name="x" size={16} />
            </button>
          </span>
        );
      })}
      {any ? (
        <Button small look="quiet" icon="plus" onClick={() => setNaming(true)}>
          {t.saveFilter}
        </Button>
      ) : null}
      {naming ? <Name choice={choice} onClose={() => setNaming(false)} /> : null}
    </div>
  );
}

function Name({ choice, onClose }: { choice: Choice; onClose: () => void }) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [cid] = useState(newId);
  const { busy, problem, run } = useAct();
  const save = async () => {
    await audit.saveFilter(cid, name.trim(), savedOf(choice));
    toast(t.filterSaved, "ok");
    await client.invalidateQueries({ queryKey: keys.savedFilters });
    onClose();
  };
  return (
    <FormDialog size="sm" title={t.saveFilterTitle} act={t.saveFilterAct} busy={busy} ready={name.trim() !== ""} onClose={onClose} onSubmit={() => void run(save)}>
      <p className="soft">{t.saveFilterText}</p>
      <TextField label={t.filterName} value={name} onValue={setName} maxLength={60} required fault={problem ? sentence(problem, problems) : undefined} />
    </FormDialog>
  );
}
