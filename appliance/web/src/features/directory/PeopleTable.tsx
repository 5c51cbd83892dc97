import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { departments, people } from "../../api/directory";
import { keys } from "../../api/query";
import type { Person } from "../../api/types";
import { useEndless } from "../../api/useEndless";
import { useMe } from "../../api/useMe";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { paths } from "../../lib/paths";
import { useLasting, usePhone } from "../../lib/react";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Endless } from "../../ui/Endless";
import { Icon } from "../../ui/Icon";
import { moveFocus } from "../../ui/roving";
import { Empty, Skeleton } from "../../ui/Surface";
import { useTexts } from "./texts";

interface Props {
  department: string | undefined;
  q: string;
  uid: string | undefined;
  onOpen: (uid: string) => void;
}

export function PeopleTable({ department, q, uid, onOpen }: Props) {
  const t = useTexts();
  const common = useCommon();
  const [subtree, setSubtree] = useState(true);
  const query = q ? { q } : department ? { department, subtree } : {};
  const list = useEndless(
    keys.people(query),
    (cursor, signal) => people.list({ ...query, ...(cursor ? { cursor } : {}), limit: 100 }, signal),
    { keep: q !== "" },
  );
  const slow = useLasting(list.isPending && list.fetchStatus !== "idle");
  return (
    <main className="pane-main">
      <Head department={department} q={q} subtree={subtree} onSubtree={setSubtree} />
      {list.error ? (
        <Failure error={list.error} title={t.failedPeople} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        slow ? <Skeleton rows={10} label={common.loading} /> : null
      ) : list.items.length === 0 ? (
        <Empty icon={q ? "search" : "people"} title={q ? t.noneFound(q) : t.nobody}>
          {q ? t.noneFoundText : null}
        </Empty>
      ) : (
        <div className="table-wrap grow">
          <Rows people={list.items} department={q ? undefined : department} uid={uid} onOpen={onOpen} />
          <Endless more={list.hasNextPage} loading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
        </div>
      )}
    </main>
  );
}

function Head({ department, q, subtree, onSubtree }: { department: string | undefined; q: string; subtree: boolean; onSubtree: (on: boolean) => void }) {
  const t = useTexts();
  const phone = usePhone();
  const { data } = useQuery({
    queryKey: keys.department(department ?? ""),
    queryFn: () => departments.get(department ?? ""),
    enabled: Boolean(department),
    staleTime: 60_000,
  });
  const roots = useQuery({ queryKey: keys.departments(null), queryFn: () => departments.under().then((page) => page.items), staleTime: 60_000 });
  const { enterprise } = useMe();
  // People of several departments would be counted twice in a sum over the roots.
  const count = department ? data?.people : roots.data?.length === 1 ? roots.data[0]?.people : undefined;
  const above = data?.path.filter((one) => one.id !== data.id) ?? [];
  return (
    <header className="pane-head">
      {phone ? (
        <Link className="btn btn-icon touch" href={paths.people()} aria-label={t.backToList}>
          <Icon name="left" />
        </Link>
      ) : null}
      <div className="stack gap-0 grow">
        {q || above.length === 0 ? null : (
          <nav className="crumbs small" aria-label={t.path}>
            {above.map((one, index) => (
              <span className="crumb" key={one.id}>
                {index > 0 ? <Icon name="right" /> : null}
                <Link href={paths.department(one.id)}>{one.name}</Link>
              </span>
            ))}
          </nav>
        )}
        <h1 className="pane-title truncate">
          {q ? t.results(q) : (data?.name ?? enterprise.name)} {count !== undefined && !q ? <span className="meta num">{t.people(count)}</span> : null}
        </h1>
      </div>
      {data && data.children > 0 && !q ? (
        <div className="seg" role="group" aria-label={t.scope}>
          {[true, false].map((all) => (
            <button key={String(all)} type="button" className={all === subtree ? "seg-item is-on" : "seg-item"} aria-pressed={all === subtree} onClick={() => onSubtree(all)}>
              {all ? t.allMembers : t.thisLevel}
            </button>
          ))}
        </div>
      ) : null}
    </header>
  );
}

function Rows({ people: list, department, uid, onOpen }: { people: Person[]; department: string | undefined; uid: string | undefined; onOpen: (uid: string) => void }) {
  const t = useTexts();
  const common = useCommon();
  return (
    <table className="table people">
      <thead>
        <tr>
          <th className="c-name" scope="col">{t.name}</th>
          <th className="c-job" scope="col">{t.job}</th>
          <th className="c-dept" scope="col">{t.department}</th>
          <th className="c-ext" scope="col">{t.account}</th>
        </tr>
      </thead>
      <tbody onKeyDown={moveFocus}>
        {list.map((person) => {
          const main = person.departments.find((one) => one.main) ?? person.departments[0];
          // What somebody is here, where one department is looked at.
          const here = person.departments.find((one) => one.id === department);
          const title = (here ?? main)?.title ?? person.title;
          const gone = person.state === "frozen";
          return (
            <tr
              key={person.uid}
              data-row=""
              tabIndex={0}
              className={`${person.uid === uid ? "is-on" : ""}${gone ? " gone" : ""}`}
              aria-selected={person.uid === uid}
              onClick={() => onOpen(person.uid)}
              onKeyDown={(event) => (event.key === "Enter" ? onOpen(person.uid) : undefined)}
            >
              <td>
                <span className="cell-name">
                  <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} size={32} off={gone} />
                  <span className="truncate strong-name">{person.name}</span>
                  {here?.head ? <span className="tag">{t.head}</span> : null}
                  {person.state === "active" ? null : <span className="tag tag-line">{common.states[person.state]}</span>}
                </span>
              </td>
              <td title={title ?? undefined}>{title}</td>
              <td title={main?.name}>{main?.name}</td>
              <td className="tnum">{person.uid}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
