import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { departments } from "../../api/directory";
import { keys } from "../../api/query";
import { useDepartmentTree } from "../../api/useDepartmentTree";
import { useMe } from "../../api/useMe";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { paths } from "../../lib/paths";
import { useLasting, useSettled, useTitle } from "../../lib/react";
import { SearchField } from "../../ui/Field";
import { Panes } from "../../ui/Panes";
import { Skeleton } from "../../ui/Surface";
import { Tree } from "../../ui/Tree";
import "./directory.css";
import { PeopleTable } from "./PeopleTable";
import { Card } from "./Card";
import { useTexts } from "./texts";

const WAIT_MILLISECONDS = 150;

/** Contacts: departments, the people of one, the card of one person. */
export default function Contacts({ params }: { params: Record<string, string | undefined> }) {
  const t = useTexts();
  const common = useCommon();
  useTitle(t.title);
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState("");
  const q = useSettled(typed.trim(), WAIT_MILLISECONDS);
  const chosen = params["department"];
  const uid = params["uid"];
  const roots = useQuery({ queryKey: keys.departments(null), queryFn: () => departments.under().then((page) => page.items), staleTime: 60_000 });
  const department = chosen ?? (roots.data?.length === 1 ? roots.data[0]?.id : undefined);
  const open = (who: string) => navigate(department ? paths.departmentPerson(department, who) : paths.person(who));
  const close = () => navigate(chosen ? paths.department(chosen) : paths.people());
  return (
    <Panes show={uid ? "side" : chosen || q ? "main" : "list"}>
      <section className="pane-list" aria-label={t.organisation}>
        <header className="pane-head list-top">
          <SearchField value={typed} onValue={setTyped} label={t.search} clearLabel={common.clear} />
        </header>
        <div className="pane-body">
          <div className="list-head">{t.organisation}</div>
          <Departments
            selected={q ? undefined : department}
            searching={q !== ""}
            onSelect={(id) => {
              setTyped("");
              navigate(id ? paths.department(id) : paths.people());
            }}
          />
        </div>
      </section>
      <PeopleTable department={department} q={q} uid={uid} onOpen={open} />
      {uid ? <Card uid={uid} onClose={close} onOpen={open} /> : null}
    </Panes>
  );
}

/** The row of the whole company, where it has more than one root. */
const WHOLE = "whole";

function Departments({ selected, searching, onSelect }: { selected: string | undefined; searching: boolean; onSelect: (id: string | undefined) => void }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const tree = useDepartmentTree(selected);
  const slow = useLasting(tree.loading);
  const { enterprise } = useMe();
  const whole = tree.rows.filter((row) => row.level === 1).length > 1;
  if (tree.error) return <Failure error={tree.error} title={t.failedTree} onRetry={() => void tree.refetch()} />;
  if (tree.loading) return slow ? <Skeleton rows={8} label={common.loading} look="table" /> : null;
  return (
    <Tree
      label={t.organisation}
      rows={[
        ...(whole ? [{ id: WHOLE, level: 1, label: enterprise.name, icon: "building" as const, open: undefined, on: selected === undefined && !searching }] : []),
        ...tree.rows.map(({ department, level, open }) => ({
          id: department.id,
          level: whole ? level + 1 : level,
          label: department.name,
          count: format.number(department.people),
          icon: level === 1 && !whole ? ("building" as const) : ("org" as const),
          open,
          on: department.id === selected,
        })),
      ]}
      onSelect={(id) => onSelect(id === WHOLE ? undefined : id)}
      onToggle={tree.toggle}
    />
  );
}
