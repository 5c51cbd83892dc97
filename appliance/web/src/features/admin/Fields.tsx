import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { personFields } from "../../api/directory";
import { keys } from "../../api/query";
import type { PersonField } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFieldLabel } from "../../i18n/FieldValues";
import { useToldAct } from "../../i18n/useAct";
import { useTitle } from "../../lib/react";
import { Button, IconButton } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { PageBar } from "../../ui/PageBar";
import { Empty } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { FieldForm } from "./FieldForm";
import { useTexts } from "./texts";

/** What the enterprise wants to know of its people besides what every directory has. */
export default function Fields() {
  const t = useTexts();
  useTitle(t.customFields);
  const list = useQuery({ queryKey: keys.personFields, queryFn: personFields.list });
  const [editing, setEditing] = useState<PersonField | "new" | null>(null);
  const all = list.data?.items ?? [];
  return (
    <>
      <PageBar title={t.customFields} sub={t.customFieldsSub}>
        <Button look="primary" icon="plus" onClick={() => setEditing("new")}>
          {t.fieldNew}
        </Button>
      </PageBar>
      <main className="con-body">
        {list.error ? (
          <Failure error={list.error} title={t.fieldsFailed} onRetry={() => void list.refetch()} />
        ) : list.data && all.length === 0 ? (
          <Empty icon="list" title={t.fieldsNone}>
            {t.fieldsNoneText}
          </Empty>
        ) : all.length > 0 ? (
          <div className="con-page">
            <section className="card">
              <Table all={all} onEdit={setEditing} />
            </section>
          </div>
        ) : null}
      </main>
      {editing ? <FieldForm field={editing === "new" ? null : editing} onClose={() => setEditing(null)} /> : null}
    </>
  );
}

function Table({ all, onEdit }: { all: PersonField[]; onEdit: (field: PersonField) => void }) {
  const t = useTexts();
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t.fieldHead}</th>
          <th scope="col" className="hide-phone">{t.fieldKind}</th>
          <th scope="col" className="hide-phone">{t.fieldSeen}</th>
          <th scope="col" className="hide-phone">{t.fieldEditor}</th>
          <th scope="col">
            <span className="sr-only">{t.fieldActs}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {all.map((field, place) => (
          <Row key={field.key} field={field} place={place} last={place === all.length - 1} onEdit={() => onEdit(field)} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ field, place, last, onEdit }: { field: PersonField; place: number; last: boolean; onEdit: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const client = useQueryClient();
  const label = useFieldLabel()(field);
  const { busy, run } = useToldAct();
  const [asking, setAsking] = useState(false);
  const again = () => client.invalidateQueries({ queryKey: keys.personFields });
  const move = async (to: number) => {
    await personFields.move(field.key, to);
    await again();
  };
  const remove = async () => {
    await personFields.remove(field.key);
    toast(t.fieldRemoved, "ok");
    await again();
  };
  return (
    <tr>
      <td>
        <span className="cluster">
          <span className="truncate">{label}</span>
          <span className="meta mono truncate">{field.key}</span>
          {field.required ? <span className="tag tag-line">{t.fieldRequired}</span> : null}
        </span>
      </td>
      <td className="soft hide-phone">{t.fieldKinds[field.kind]}</td>
      <td className="soft hide-phone">{t.sensitivities[field.sensitivity]}</td>
      <td className="soft hide-phone">{t.fieldEditors[field.editor]}</td>
      <td className="r">
        <span className="cluster">
          <IconButton small className="hide-phone" icon="up" label={t.fieldUp(label)} disabled={busy || place === 0} onClick={() => void run(() => move(place - 1)).catch(() => undefined)} />
          <IconButton small className="hide-phone" icon="down" label={t.fieldDown(label)} disabled={busy || last} onClick={() => void run(() => move(place + 1)).catch(() => undefined)} />
          <Button small onClick={onEdit}>
            {t.edit}
          </Button>
          <Button small look="danger" onClick={() => setAsking(true)}>
            {t.remove}
          </Button>
        </span>
        <Confirm open={asking} danger title={t.fieldRemoveTitle(label)} act={t.remove} cancel={common.cancel} onClose={() => setAsking(false)} onConfirm={() => run(remove)}>
          {t.fieldRemoveText}
        </Confirm>
      </td>
    </tr>
  );
}
