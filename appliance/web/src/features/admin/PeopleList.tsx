import { useState } from "react";
import { useLocation } from "wouter";
import { administration, peopleSheet } from "../../api/directory";
import { keys } from "../../api/query";
import type { PersonCard, PersonState } from "../../api/types";
import { useMay } from "../../api/useMe";
import { useDepartmentTree } from "../../api/useDepartmentTree";
import { useEndless } from "../../api/useEndless";
import { useCommon } from "../../i18n/common";
import { useLocale } from "../../i18n/locale";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { paths } from "../../lib/paths";
import { useLasting, useSettled, useTitle } from "../../lib/react";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { Endless } from "../../ui/Endless";
import { SearchField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { PageBar } from "../../ui/PageBar";
import { moveFocus } from "../../ui/roving";
import { State, type ShapeName, type Tone } from "../../ui/StateShape";
import { Empty, Skeleton } from "../../ui/Surface";
import { Tree } from "../../ui/Tree";
import { PersonForm } from "./PersonForm";
import { PersonSide } from "./PersonSide";
import { useTexts } from "./texts";

const WAIT_MILLISECONDS = 150;
const STATES: PersonState[] = ["active", "invited", "frozen", "leaving"];

/** People as the system administrator sees them: who there is, in what state, and what can be done about it. */
export default function PeopleList() {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const may = useMay();
  useTitle(t.people);
  const locale = useLocale((state) => state.locale);
  const [, navigate] = useLocation();
  const [department, setDepartment] = useState<string | undefined>();
  const [typed, setTyped] = useState("");
  const [state, setState] = useState<PersonState | "">("");
  const [open, setOpen] = useState<string | undefined>();
  const [making, setMaking] = useState(false);
  const q = useSettled(typed.trim(), WAIT_MILLISECONDS);
  const tree = useDepartmentTree(department, "whole");
  const filter = { ...(q ? { q } : {}), ...(department ? { department } : {}), ...(state ? { state } : {}) };
  const list = useEndless(keys.adminPeople(filter), (cursor) => administration.people({ ...filter, ...(cursor ? { cursor } : {}) }), { keep: true });
  const slow = useLasting(list.isPending);
  const name = tree.rows.find((row) => row.department.id === department)?.department.name;
  const roots = tree.rows.filter((row) => row.level === 1);
  // People of several departments would be counted twice in a sum over the roots.
  const all = roots.length === 1 ? (roots[0]?.department.people ?? 0) : 0;
  const person = list.items.find((one) => one.uid === open);
  return (
    <>
      <PageBar title={t.people} sub={name ? t.including(name) : may("all") ? t.everyone : undefined}>
        {may("all") ? (
          <>
            <a className="btn hide-phone" href={peopleSheet("xlsx", locale)} download>
              <Icon name="download" />
              {t.exportBook}
            </a>
            <a className="btn hide-phone" href={peopleSheet("csv", locale)} download>
              .csv
            </a>
            <Button icon="upload" onClick={() => navigate(paths.adminImport())}>
              {t.import}
            </Button>
          </>
        ) : null}
        {may("people") ? (
          <Button look="primary" icon="plus" onClick={() => setMaking(true)}>
            {t.newPerson}
          </Button>
        ) : null}
      </PageBar>
      <main className="con-body">
        <section className="con-tree" aria-label={t.departments}>
          <Tree
            label={t.departments}
            rows={tree.rows.map((row) => ({
              id: row.department.id,
              level: row.level,
              label: row.department.name,
              count: format.number(row.department.people),
              open: row.open,
              on: row.department.id === department,
            }))}
            onSelect={(id) => setDepartment(id === department ? undefined : id)}
            onToggle={tree.toggle}
          />
        </section>
        <section className="con-col grow" aria-label={t.people}>
          <div className="filters">
            <SearchField value={typed} onValue={setTyped} label={t.search} clearLabel={common.clear} />
            <span className={state ? "chip chip-select is-on" : "chip chip-select"}>
              <select aria-label={t.state} value={state} onChange={(event) => setState(STATES.find((one) => one === event.target.value) ?? "")}>
                <option value="">{t.anyState}</option>
                {STATES.map((one) => (
                  <option key={one} value={one}>
                    {common.states[one]}
                  </option>
                ))}
              </select>
              <Icon name="down" size={16} />
            </span>
          </div>
          {list.error ? (
            <Failure error={list.error} title={t.failed} onRetry={() => void list.refetch()} />
          ) : list.isPending ? (
            <div className="grow">{slow ? <Skeleton rows={12} label={common.loading} look="table" /> : null}</div>
          ) : list.items.length === 0 ? (
            <Empty icon="people" title={t.none}>
              {t.noneText}
            </Empty>
          ) : (
            <div className="table-wrap grow">
              <PeopleRows people={list.items} open={open} onOpen={setOpen} />
              <Endless more={list.hasNextPage} loading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
            </div>
          )}
          <div className="tfoot">
            <span>{t.shown(list.items.length)}</span>
            <span className="end">{all > 0 && may("all") ? t.all(all) : ""}</span>
          </div>
        </section>
        {person ? <PersonSide key={person.uid} person={person} onClose={() => setOpen(undefined)} /> : null}
      </main>
      {making ? <PersonForm department={department && name ? { id: department, name } : undefined} onClose={() => setMaking(false)} onDone={(made) => setOpen(made.uid)} /> : null}
    </>
  );
}

const SHAPES: Record<PersonState, { shape: ShapeName; tone: Tone }> = {
  active: { shape: "dot", tone: "ok" },
  invited: { shape: "ring", tone: "off" },
  frozen: { shape: "pause", tone: "off" },
  leaving: { shape: "half", tone: "warn" },
  gone: { shape: "line", tone: "off" },
  erased: { shape: "xring", tone: "off" },
};

export function PersonStateMark({ state }: { state: PersonState }) {
  const common = useCommon();
  return (
    <State shape={SHAPES[state].shape} tone={SHAPES[state].tone}>
      {common.states[state]}
    </State>
  );
}

function PeopleRows({ people, open, onOpen }: { people: PersonCard[]; open: string | undefined; onOpen: (uid: string) => void }) {
  const t = useTexts();
  return (
    <table className="table">
      <colgroup>
        <col />
        <col className="w120" />
        <col className="w104 hide-phone" />
        <col className="hide-phone" />
        <col className="hide-phone" />
        <col className="w96" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{t.name}</th>
          <th scope="col">{t.account}</th>
          <th scope="col" className="hide-phone">{t.number}</th>
          <th scope="col" className="hide-phone">{t.department}</th>
          <th scope="col" className="hide-phone">{t.job}</th>
          <th scope="col">{t.state}</th>
        </tr>
      </thead>
      <tbody onKeyDown={moveFocus}>
        {people.map((person) => (
          <tr
            key={person.uid}
            data-row=""
            tabIndex={0}
            className={person.uid === open ? "is-open" : undefined}
            aria-selected={person.uid === open}
            onClick={() => onOpen(person.uid)}
            onKeyDown={(event) => (event.key === "Enter" ? onOpen(person.uid) : undefined)}
          >
            <td>
              <span className="cluster">
                <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} size={24} off={person.state === "frozen"} />
                <span className="truncate">{person.name}</span>
              </span>
            </td>
            <td className="soft">{person.uid}</td>
            <td className="soft hide-phone">{person.employee_no}</td>
            <td className="soft hide-phone">{(person.departments.find((one) => one.main) ?? person.departments[0])?.name}</td>
            <td className="soft hide-phone">{person.title}</td>
            <td>
              <PersonStateMark state={person.state} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
