import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sightKeys, visibility } from "../../api/sight";
import type { NamedSubject, VisibilityRule } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useToldAct } from "../../i18n/useAct";
import { useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { PageBar } from "../../ui/PageBar";
import { toast } from "../../ui/Toast";
import { AsSeenBy } from "./AsSeenBy";
import { RuleForm } from "./RuleForm";
import "./sight.css";
import { useTexts } from "./texts";

/** Who sees whom: the rules, and what they come to for one person. */
export default function Visibility() {
  const t = useTexts();
  useTitle(t.sight);
  const list = useQuery({ queryKey: sightKeys.rules, queryFn: visibility.rules });
  const [editing, setEditing] = useState<VisibilityRule | "new" | null>(null);
  const all = list.data?.items ?? [];
  return (
    <>
      <PageBar title={t.sight} sub={t.sightSub}>
        <Button look="primary" icon="plus" onClick={() => setEditing("new")}>
          {t.sightNew}
        </Button>
      </PageBar>
      <main className="con-body">
        {list.error ? (
          <Failure error={list.error} title={t.sightFailed} onRetry={() => void list.refetch()} />
        ) : (
          <div className="con-page stack gap-16">
            <section className="card">
              <div className="card-head">
                <h2>{t.sightRules}</h2>
                <span className="meta end">{all.length}</span>
              </div>
              {list.data && all.length === 0 ? <p className="card-body soft">{t.sightNone}</p> : null}
              {all.length > 0 ? <Table all={all} onEdit={setEditing} /> : null}
            </section>
            <AsSeenBy />
          </div>
        )}
      </main>
      {editing ? <RuleForm rule={editing === "new" ? null : editing} onClose={() => setEditing(null)} /> : null}
    </>
  );
}

function Table({ all, onEdit }: { all: VisibilityRule[]; onEdit: (rule: VisibilityRule) => void }) {
  const t = useTexts();
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t.sightName}</th>
          <th scope="col">{t.sightEffect}</th>
          <th scope="col" className="hide-phone">{t.sightWho}</th>
          <th scope="col">
            <span className="sr-only">{t.sightActs}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {all.map((rule) => (
          <Row key={rule.id} rule={rule} onEdit={onEdit} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ rule, onEdit }: { rule: VisibilityRule; onEdit: (rule: VisibilityRule) => void }) {
  const t = useTexts();
  const common = useCommon();
  const client = useQueryClient();
  const { run } = useToldAct();
  const [asking, setAsking] = useState(false);
  const summary = useSummary();
  const remove = async () => {
    await visibility.remove(rule.id);
    toast(t.sightRemoved, "ok");
    await client.invalidateQueries({ queryKey: sightKeys.rules });
  };
  return (
    <tr>
      <td>
        <span className="truncate">{rule.settings.name}</span>
        {rule.settings.enabled ? null : <span className="tag tag-line">{t.sightOff}</span>}
      </td>
      <td>{t.effects[rule.settings.effect]}</td>
      <td className="soft hide-phone">{summary(rule)}</td>
      <td className="r">
        <span className="sight-acts">
          <Button small onClick={() => onEdit(rule)}>
            {t.sightChange}
          </Button>
          <Button small look="danger" onClick={() => setAsking(true)}>
            {t.sightRemove}
          </Button>
        </span>
        <Confirm open={asking} danger title={t.sightRemoveTitle(rule.settings.name)} act={t.sightRemove} cancel={common.cancel} onClose={() => setAsking(false)} onConfirm={() => run(remove)}>
          {t.sightRemoveText}
        </Confirm>
      </td>
    </tr>
  );
}

const NAMED = 3;

/** One line that says what a rule does to whom. */
function useSummary(): (rule: VisibilityRule) => string {
  const t = useTexts();
  const few = (all: NamedSubject[]) => t.more3(all.slice(0, NAMED).map((one) => one.name).join("、"), all.length > NAMED ? all.length : 0);
  return ({ settings, names }) => {
    const objects = few(names.objects);
    const said = {
      hide: objects,
      restrict: t.restrictWho(few(names.subjects), t.restrictSees(settings.own_departments ?? false, objects)),
      mask: t.maskWho((settings.fields ?? []).map((field) => t.fields[field]).join("、"), objects || t.everybody),
    }[settings.effect];
    return names.exempt.length > 0 ? `${said} · ${t.but(few(names.exempt))}` : said;
  };
}
