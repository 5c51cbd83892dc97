import { useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";
import type { SearchFilter } from "../../api/search";
import type { HitKind, MessageHit } from "../../api/types";
import { Failure } from "../../i18n/Failure";
import { fromDate } from "../../lib/clock";
import { paths, type SearchKind } from "../../lib/paths";
import { useLasting, useNarrow, useSettled, useTitle } from "../../lib/react";
import { useCommon } from "../../i18n/common";
import { ColleaguePicker } from "../../i18n/ColleaguePicker";
import { Icon } from "../../ui/Icon";
import type { Pick } from "../../ui/PeoplePicker";
import { Popover } from "../../ui/Popover";
import { moveFocus } from "../../ui/roving";
import { Empty, Skeleton } from "../../ui/Surface";
import { HitContext } from "./HitContext";
import { HitRow, keyOf } from "./HitRow";
import { KindResults } from "./KindResults";
import "./search.css";
import { useTexts } from "./texts";
import { ORDER, useSearchAll } from "./useSearchAll";

const WAIT_MILLISECONDS = 200;
const KINDS: SearchKind[] = ["all", "messages", "files", "people", "conversations"];
const DAYS = { week: 7, month: 30, year: 365 } as const;
type Since = keyof typeof DAYS | "any";

/** The whole answer: tabs by kind, filters, and what stands around a message. */
export default function SearchPage() {
  const t = useTexts();
  useTitle(t.title);
  const parameters = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const asked = parameters.get("q") ?? "";
  const kind = KINDS.find((one) => one === parameters.get("kind")) ?? "all";
  const [typed, setTyped] = useState(asked);
  const q = useSettled(typed.trim(), WAIT_MILLISECONDS);
  const [from, setFrom] = useState<Pick | null>(null);
  const [since, setSince] = useState<Since>("any");
  const [newest, setNewest] = useState(false);
  const [around, setAround] = useState<MessageHit | null>(null);
  const narrow = useNarrow();
  useEffect(() => setTyped(asked), [asked]);
  useEffect(() => {
    if (q !== asked) navigate(paths.search(q, kind), { replace: true });
    // Only what is typed moves the address; the address moves the field above.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [q]);
  const filter: SearchFilter = {
    ...(from ? { from: from.uid } : {}),
    ...(newest ? { newest } : {}),
    ...(since === "any" ? {} : { after: fromDate(new Date(startOfDay() - DAYS[since] * 86_400_000)) }),
  };
  const answer = useSearchAll(q, filter, false);
  const total = (one: HitKind) => answer.groups.find((group) => group.kind === one)?.total;
  return (
    <div className={around && !narrow ? "sr sr-with-side" : "sr"}>
      <main className="pane-main">
        <header className="sr-head">
          <div className="sr-box">
            <Icon name="search" />
            <input
              role="searchbox"
              className="grow"
              aria-label={t.placeholder}
              placeholder={t.placeholder}
              autoFocus
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            {typed ? (
              <button type="button" className="btn btn-icon btn-sm" aria-label={t.clear} onClick={() => setTyped("")}>
                <Icon name="x" size={16} />
              </button>
            ) : null}
          </div>
        </header>
        <nav className="tabs sr-tabs" aria-label={t.results}>
          {KINDS.map((one) => (
            <button key={one} type="button" className={one === kind ? "tab is-on" : "tab"} aria-current={one === kind ? "page" : undefined} onClick={() => navigate(paths.search(q, one), { replace: true })}>
              {t.kinds[one]} {one === "all" || total(one) == null ? null : <span className="count">{total(one)}</span>}
            </button>
          ))}
        </nav>
        <Filters from={from} onFrom={setFrom} since={since} onSince={setSince} took={answer.data?.took_milliseconds} partial={answer.data?.partial ?? false} newest={newest} onNewest={setNewest} />
        <div className="pane-body sr-body" role="presentation" onKeyDown={moveFocus}>
          {q === "" ? (
            <Empty icon="search" title={t.start}>
              {t.startText}
            </Empty>
          ) : kind === "all" ? (
            <AllGroups answer={answer} q={q} />
          ) : (
            <KindResults key={kind} q={q} kind={kind} filter={filter} around={around} onAround={narrow ? undefined : setAround} />
          )}
        </div>
      </main>
      {around && !narrow ? <HitContext hit={around} onClose={() => setAround(null)} /> : null}
    </div>
  );
}

const startOfDay = (): number => new Date().setHours(0, 0, 0, 0);

function AllGroups({ answer, q }: { answer: ReturnType<typeof useSearchAll>; q: string }) {
  const t = useTexts();
  const common = useCommon();
  const [, navigate] = useLocation();
  const slow = useLasting(answer.isPending);
  if (answer.error) return <Failure error={answer.error} title={t.failed} onRetry={() => void answer.refetch()} />;
  if (answer.isPending) return slow ? <Skeleton rows={8} label={common.loading} /> : null;
  if (answer.groups.length === 0) {
    return (
      <Empty icon="search" title={t.nothing(q)}>
        {t.nothingText}
      </Empty>
    );
  }
  return (
    <>
      {ORDER.flatMap((kind) => answer.groups.filter((group) => group.kind === kind)).map((group) => (
        <section key={group.kind} className="group" aria-label={t.kinds[group.kind]}>
          <header className="group-head">
            <b>{t.kinds[group.kind]}</b>
            {group.total == null ? null : <span className="meta">{t.count(group.total)}</span>}
            {group.next || (group.total ?? 0) > group.items.length ? (
              <button type="button" className="link compact end" onClick={() => navigate(paths.search(q, group.kind))}>
                {t.showAll}
              </button>
            ) : null}
          </header>
          {group.items.map((hit) => (
            <HitRow key={keyOf(hit)} hit={hit} />
          ))}
        </section>
      ))}
    </>
  );
}

interface FilterProps {
  from: Pick | null;
  onFrom: (from: Pick | null) => void;
  since: Since;
  onSince: (since: Since) => void;
  took: number | undefined;
  partial: boolean;
  newest: boolean;
  onNewest: (newest: boolean) => void;
}

function Filters({ from, onFrom, since, onSince, took, partial, newest, onNewest }: FilterProps) {
  const t = useTexts();
  const times: Record<Since, string> = { any: t.anyTime, week: t.lastWeek, month: t.lastMonth, year: t.lastYear };
  return (
    <div className="sr-filters" role="group" aria-label={t.filters}>
      <Popover
        title={t.chooseFrom}
        className="sr-from"
        trigger={
          <button type="button" className={from ? "chip is-on" : "chip"}>
            {from ? t.fromPerson(from.name) : t.from}
            <Icon name="down" size={16} />
          </button>
        }
      >
        <ColleaguePicker
          single
          inline
          picked={from ? [from] : []}
          onPicked={(picked) => onFrom(picked[0] ?? null)}
          label={t.chooseFrom}
        />
      </Popover>
      <span className={since === "any" ? "chip chip-pick" : "chip chip-pick is-on"}>
        <select aria-label={t.time} value={since} onChange={(event) => onSince(event.target.value as Since)}>
          {(Object.keys(times) as Since[]).map((one) => (
            <option key={one} value={one}>
              {times[one]}
            </option>
          ))}
        </select>
        <Icon name="down" size={16} />
      </span>
      <span className="meta end num" role="status">
        {partial ? `${t.partial} · ` : ""}
        {took === undefined ? "" : t.took(took)}
      </span>
      <div className="seg" role="group" aria-label={t.order}>
        {[false, true].map((one) => (
          <button key={String(one)} type="button" className={one === newest ? "seg-item is-on" : "seg-item"} aria-pressed={one === newest} onClick={() => onNewest(one)}>
            {one ? t.newest : t.best}
          </button>
        ))}
      </div>
    </div>
  );
}
