import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { imports } from "../../../api/directory";
import { asProblem } from "../../../api/problems";
import { keys } from "../../../api/query";
import type { Import } from "../../../api/types";
import { useCommon } from "../../../i18n/common";
import { sentence, useProblems } from "../../../i18n/problems";
import { Button } from "../../../ui/Button";
import { Confirm } from "../../../ui/Confirm";
import { TextField } from "../../../ui/Field";
import { State } from "../../../ui/StateShape";
import { toast } from "../../../ui/Toast";
import { useRefresh } from "../PersonSide";
import { useTexts } from "../texts";

type Mode = "good-rows" | "all-or-nothing";

/** What the last step will do, and the button that says so. */
export function ApplySide({ made }: { made: Import }) {
  const t = useTexts();
  const common = useCommon();
  const problems = useProblems();
  const client = useQueryClient();
  const refresh = useRefresh();
  const [mode, setMode] = useState<Mode>("good-rows");
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const { counts } = made;
  const people = counts.new + counts.changed;
  const blocked = mode === "all-or-nothing" && counts.error > 0;
  const many = made.confirm ?? null;
  const apply = async () => {
    try {
      const next = await imports.apply(made.id, mode, many === null ? undefined : Number.parseInt(typed, 10) || 0);
      client.setQueryData(keys.import(made.id), next);
      void client.invalidateQueries({ queryKey: keys.imports });
      toast(t.applied, "ok");
      await refresh();
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
      throw error;
    }
  };
  return (
    <aside className="side" aria-label={t.willHappen}>
      <div className="side-b">
        {counts.error > 0 && made.state === "checked" ? (
          <section>
            <h3>{t.errorsTitle}</h3>
            <div role="radiogroup" aria-label={t.errorsTitle}>
              <ul className="opts">
                <Choice name={mode} value="good-rows" onChoose={setMode} head={t.goodRows(counts.error)} text={t.goodRowsText} />
                <Choice name={mode} value="all-or-nothing" onChoose={setMode} head={t.allOrNothing} text={t.allOrNothingText} />
              </ul>
            </div>
          </section>
        ) : null}
        <section>
          <h3>{t.willHappen}</h3>
          <dl className="kv">
            <dt>{t.write}</dt>
            <dd>{t.writeCount(blocked ? 0 : people, blocked ? 0 : counts.new, blocked ? 0 : counts.changed)}</dd>
            {counts.moved > 0 && !blocked ? (
              <>
                <dt />
                <dd>{t.moved(counts.moved)}</dd>
              </>
            ) : null}
            <dt>{t.skip}</dt>
            <dd>{t.skipCount(counts.error)}</dd>
          </dl>
        </section>
      </div>
      <div className="side-f">
        {made.state === "applied" ? (
          <State shape="ok" tone="ok">
            {t.applied}
          </State>
        ) : (
          <>
            <span className="end" />
            <Button look="primary" disabled={people === 0 || blocked || made.state !== "checked"} onClick={() => setAsking(true)}>
              {t.apply(people)}
            </Button>
          </>
        )}
      </div>
      <Confirm open={asking} title={t.applyTitle(people)} act={t.apply(people)} cancel={common.cancel} onClose={() => setAsking(false)} ready={many === null || typed.trim() === String(many)} onConfirm={apply}>
        {t.applyText}
        {many === null ? null : <TextField label={t.confirmMany(many)} inputMode="numeric" autoComplete="off" value={typed} onValue={setTyped} />}
      </Confirm>
    </aside>
  );
}

function Choice({ name, value, onChoose, head, text }: { name: Mode; value: Mode; onChoose: (mode: Mode) => void; head: string; text: string }) {
  return (
    <li>
      <label className="radio">
        <input type="radio" name="mode" checked={name === value} onChange={() => onChoose(value)} />
        <div>
          <b>{head}</b>
          <span>{text}</span>
        </div>
      </label>
    </li>
  );
}
