import { useState } from "react";
import { pickPeople } from "../../api/pickPeople";
import { tags } from "../../api/sight";
import type { NamedSubject } from "../../api/types";
import { useDepartmentTree } from "../../api/useDepartmentTree";
import { useCommon } from "../../i18n/common";
import { Button } from "../../ui/Button";
import { PeoplePicker, type Pick } from "../../ui/PeoplePicker";
import { Tree } from "../../ui/Tree";
import { useTexts } from "./texts";

interface Props {
  label: string;
  picked: NamedSubject[];
  onPicked: (picked: NamedSubject[]) => void;
  fault?: string | undefined;
}

const key = ({ subject }: NamedSubject) => `${subject.kind}/${subject.id}`;

/** People and tags by typing, departments out of the tree. */
export function SubjectPicker({ label, picked, onPicked, fault }: Props) {
  const t = useTexts();
  const { pick } = useCommon();
  const [open, setOpen] = useState(false);
  const shown = picked.map((one): Pick => ({ id: key(one), uid: key(one), name: one.name, sub: t.subtitle[one.subject.kind] }));
  const search = async (q: string, signal: AbortSignal): Promise<Pick[]> => {
    const [people, found] = await Promise.all([pickPeople(q, signal, true), tags.list(q)]);
    const tagged = found.items.slice(0, 10).map((tag) => ({ id: `tag/${tag.id}`, uid: `tag/${tag.id}`, name: tag.name, sub: `${t.subtitle.tag} · ${t.people(tag.people)}` }));
    return [...tagged, ...people.map((person) => ({ ...person, uid: `person/${person.id}`, sub: person.sub || person.uid }))];
  };
  const take = (next: Pick[]) =>
    onPicked(next.map((one) => picked.find((known) => key(known) === one.uid) ?? { subject: parsed(one.uid), name: one.name }));
  return (
    <div className="field">
      <span className="cluster between">
        <span className="label">{label}</span>
        <Button small icon="org" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t.departmentPick}
        </Button>
      </span>
      <PeoplePicker label={label} picked={shown} onPicked={take} search={search} placeholder={t.find} nothing={pick.nothing} removeLabel={pick.remove} />
      {open ? <Departments picked={picked} onPicked={onPicked} /> : null}
      {fault ? (
        <span className="fault" role="alert">
          {fault}
        </span>
      ) : null}
    </div>
  );
}

/** One department, out of the tree. */
export function DepartmentChoice({ label, picked, onPicked }: { label: string; picked: NamedSubject | undefined; onPicked: (picked: NamedSubject | undefined) => void }) {
  return (
    <div className="field">
      <span className="label">
        {label}
        {picked ? ` · ${picked.name}` : ""}
      </span>
      <Departments picked={picked ? [picked] : []} onPicked={(next) => onPicked(next.at(-1))} />
    </div>
  );
}

function parsed(text: string): NamedSubject["subject"] {
  const [kind, id = ""] = text.split("/");
  if (kind === "tag" || kind === "department") return { kind, id };
  return { kind: "person", id };
}

function Departments({ picked, onPicked }: Omit<Props, "label" | "fault">) {
  const t = useTexts();
  const tree = useDepartmentTree(undefined, "whole");
  const is = (id: string) => picked.some(({ subject }) => subject.kind === "department" && subject.id === id);
  const toggle = (id: string) => {
    const name = tree.rows.find((row) => row.department.id === id)?.department.name ?? id;
    const without = picked.filter(({ subject }) => subject.kind !== "department" || subject.id !== id);
    onPicked(is(id) ? without : [...picked, { subject: { kind: "department", id }, name }]);
  };
  return (
    <div className="dep-tree">
      <Tree
        label={t.departmentPick}
        rows={tree.rows.map((row) => ({ id: row.department.id, level: row.level, label: row.department.name, open: row.open, on: is(row.department.id) }))}
        onSelect={toggle}
        onToggle={tree.toggle}
      />
    </div>
  );
}

