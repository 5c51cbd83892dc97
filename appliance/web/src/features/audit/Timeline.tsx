import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState, type KeyboardEvent } from "react";
import { audit } from "../../api/audit";
import { keys } from "../../api/query";
import type { AuditEntry } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { ColleaguePicker } from "../../i18n/ColleaguePicker";
import { useLasting, useTitle } from "../../lib/react";
import { plainAddress } from "../../lib/address";
import { Button } from "../../ui/Button";
import { Endless } from "../../ui/Endless";
import { SearchField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Menu, MenuItem } from "../../ui/Menu";
import { PageBar } from "../../ui/PageBar";
import { Popover } from "../../ui/Popover";
import { moveFocus } from "../../ui/roving";
import { State } from "../../ui/StateShape";
import { Empty, Skeleton } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { EntrySide } from "./EntrySide";
import { FORMATS, useExport } from "./Export";
import { SavedFilters } from "./SavedFilters";
import { useTexts } from "./texts";
import { EVERYTHING, isAddress, useFilter, type Choice, type Since } from "./useFilter";
import { actionWord, actorWord, objectWord, OUTCOMES } from "./words";

const PAGE = 100;

/** Who did what, newest first; one entry opened beside it. */
export default function Timeline() {
  const t = useTexts();
  const common = useCommon();
  useTitle(t.timeline);
  const { choice, filter, set, any } = useFilter();
  const list = useInfiniteQuery({
    queryKey: keys.auditEntries(filter),
    queryFn: ({ pageParam }) => audit.entries(filter, pageParam, PAGE),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  const slow = useLasting(list.isPending);
  const archive = useExport();
  return (
    <>
      <PageBar title={t.timeline}>
        <Button icon="refresh" aria-label={common.retry} title={common.retry} className="btn-icon" busy={list.isRefetching} onClick={() => void list.refetch()} />
        <Menu
          trigger={
            <Button icon="download" busy={archive.busy}>
              {t.exportThis}
            </Button>
          }
        >
          {FORMATS.map((format) => (
            <MenuItem key={format} onSelect={() => void archive.run(filter, format)}>
              {t.formats[format].head}
            </MenuItem>
          ))}
        </Menu>
      </PageBar>
      <main className="con-body">
        <section className="con-col grow" aria-label={t.timeline}>
          <Filters choice={choice} onChange={set} any={any} />
          <SavedFilters choice={choice} onChange={set} any={any} />
          {list.error ? (
            <Failure error={list.error} title={t.failed} onRetry={() => void list.refetch()} />
          ) : list.isPending ? (
            <div className="grow">{slow ? <Skeleton rows={14} label={common.loading} look="table" /> : null}</div>
          ) : entries.length === 0 && !list.hasNextPage ? (
            <Empty icon="audit" title={t.none}>
              {t.noneText}
            </Empty>
          ) : (
            <div className="table-wrap grow">
              <Rows entries={entries} open={choice.entry} onOpen={(index) => set({ entry: String(index) })} />
              <Endless more={list.hasNextPage} loading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
            </div>
          )}
          <div className="tfoot">
            <span>{t.loaded(entries.length)}</span>
            <span className="end">{t.foot}</span>
          </div>
        </section>
        {choice.entry ? <EntrySide key={choice.entry} index={Number(choice.entry)} onClose={() => set({ entry: "" })} /> : null}
      </main>
    </>
  );
}

function Filters({ choice, onChange, any }: { choice: Choice; onChange: (change: Partial<Choice>) => void; any: boolean }) {
  const t = useTexts();
  const common = useCommon();
  const { data } = useQuery({ queryKey: keys.auditActions, queryFn: audit.actions });
  const [object, setObject] = useState(choice.object);
  const times: Record<Since, string> = { "": t.anyTime, today: t.today, week: t.week, month: t.month, range: t.dateRange };
  const [address, setAddress] = useState(choice.address);
  const [who, setWho] = useState("");
  // A saved filter, or clearing all, changes what was typed.
  useEffect(() => setObject(choice.object), [choice.object]);
  useEffect(() => setAddress(choice.address), [choice.address]);
  return (
    <div className="filters" role="group" aria-label={t.filters}>
      <Choose label={t.time} value={choice.since} onValue={(since) => onChange({ since: since as Since })} options={Object.entries(times)} />
      {choice.since === "range" ? (
        <span className="cluster">
          <input className="input w144" type="date" aria-label={t.from} value={choice.from} onChange={(event) => onChange({ from: event.target.value })} />
          <input className="input w144" type="date" aria-label={t.to} value={choice.to} onChange={(event) => onChange({ to: event.target.value })} />
        </span>
      ) : null}
      <Popover
        title={t.who}
        className="sr-from"
        trigger={
          <button type="button" className={choice.actor ? "chip is-on" : "chip"}>
            {choice.actor ? t.whoIs(who || choice.actor) : t.whoIs(t.anyone)}
            <Icon name="down" size={16} />
          </button>
        }
      >
        <ColleaguePicker
          single
          inline
          picked={choice.actor ? [{ id: choice.actor, uid: choice.actor, name: who || choice.actor }] : []}
          onPicked={(picked) => {
            setWho(picked[0]?.name ?? "");
            onChange({ actor: picked[0]?.uid ?? "" });
          }}
          label={t.who}
        />
      </Popover>
      <Choose
        label={t.what}
        value={choice.action}
        onValue={(action) => onChange({ action })}
        options={[["", t.anything], ...(data?.items ?? []).map((action): [string, string] => [action, `${actionWord(action, t)} · ${action}`])]}
      />
      <Choose
        label={t.result}
        value={choice.outcome}
        onValue={(outcome) => onChange({ outcome: outcome as Choice["outcome"] })}
        options={[["", t.anyResult], ...Object.entries(t.outcomes)]}
      />
      <form
        className="filter-object"
        onSubmit={(event) => {
          event.preventDefault();
          onChange({ object: object.trim() });
        }}
      >
        <SearchField
          value={object}
          onValue={(value) => {
            setObject(value);
            if (value === "") onChange({ object: "" });
          }}
          label={t.objectFilter}
          clearLabel={common.clear}
        />
      </form>
      <form
        className="filter-object"
        onSubmit={(event) => {
          event.preventDefault();
          const asked = address.trim();
          if (asked !== "" && !isAddress(asked)) return toast(t.whereFromBad, "danger");
          onChange({ address: asked });
        }}
      >
        <SearchField
          value={address}
          onValue={(value) => {
            setAddress(value);
            if (value === "") onChange({ address: "" });
          }}
          label={t.whereFrom}
          clearLabel={common.clear}
        />
      </form>
      {any ? (
        <Button small look="link" onClick={() => onChange(EVERYTHING)}>
          {t.clearFilters}
        </Button>
      ) : null}
    </div>
  );
}

function Choose({ label, value, onValue, options }: { label: string; value: string; onValue: (value: string) => void; options: [string, string][] }) {
  return (
    <span className={value ? "chip chip-select is-on" : "chip chip-select"}>
      <select aria-label={label} value={value} onChange={(event) => onValue(event.target.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
      <Icon name="down" size={16} />
    </span>
  );
}

function Rows({ entries, open, onOpen }: { entries: AuditEntry[]; open: string; onOpen: (index: number) => void }) {
  const t = useTexts();
  const format = useFormat();
  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    moveFocus(event);
    const index = document.activeElement?.getAttribute("data-index");
    if (event.key.startsWith("Arrow") && open && index) onOpen(Number(index));
  };
  return (
    <table className="table table-32">
      <colgroup>
        <col className="w88 hide-phone" />
        <col className="w152" />
        <col className="w112" />
        <col className="w152" />
        <col className="hide-phone" />
        <col className="w88" />
        <col className="w128 hide-phone" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col" className="r hide-phone">{t.index}</th>
          <th scope="col">{t.time}</th>
          <th scope="col">{t.who}</th>
          <th scope="col">{t.what}</th>
          <th scope="col" className="hide-phone">{t.object}</th>
          <th scope="col">{t.result}</th>
          <th scope="col" className="r hide-phone">{t.source}</th>
        </tr>
      </thead>
      <tbody onKeyDown={onKey}>
        {entries.map((entry) => (
          <tr
            key={entry.index}
            data-row=""
            data-index={entry.index}
            tabIndex={0}
            className={String(entry.index) === open ? "is-open" : undefined}
            aria-selected={String(entry.index) === open}
            onClick={() => onOpen(entry.index)}
            onKeyDown={(event) => (event.key === "Enter" ? onOpen(entry.index) : undefined)}
          >
            <td className="r num soft hide-phone">{format.number(entry.index)}</td>
            <td className="soft">{format.exact(entry.at).slice(5)}</td>
            <td className={entry.actor.kind === "person" ? undefined : "soft"}>{actorWord(entry.actor, t)}</td>
            <td>{actionWord(entry.action, t)}</td>
            <td className="soft hide-phone">{objectWord(entry.object, t)}</td>
            <td>
              <State shape={OUTCOMES[entry.outcome].shape} tone={OUTCOMES[entry.outcome].tone}>
                {t.outcomes[entry.outcome]}
              </State>
            </td>
            <td className="r num soft hide-phone">{plainAddress(entry.source.address) ?? "—"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
