import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { useLocation } from "wouter";
import type { HitKind } from "../../api/types";
import { isComposing } from "../../lib/ime";
import { paths } from "../../lib/paths";
import { usePhone, useSettled } from "../../lib/react";
import { BareDialog } from "../../ui/Dialog";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Empty } from "../../ui/Surface";
import { useEnter } from "../../ui/useEnter";
import { HitRow, keyOf, placeOf } from "./HitRow";
import "./search.css";
import { useTexts } from "./texts";
import { ORDER, useSearchAll } from "./useSearchAll";

const WAIT_MILLISECONDS = 120;
const PER_GROUP = 4;

/** Ctrl+K: one box for people, conversations, messages and files. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const [typed, setTyped] = useState("");
  const [kind, setKind] = useState<HitKind | "all">("all");
  const [at, setAt] = useState(0);
  const q = useSettled(typed.trim(), WAIT_MILLISECONDS);
  const { groups, data, isFetching, isPlaceholderData, error } = useSearchAll(q, {}, true);
  const [, navigate] = useLocation();
  const phone = usePhone();
  const list = useId();
  const body = useRef<HTMLDivElement>(null);
  const shown = groups
    .filter((group) => kind === "all" || group.kind === kind)
    .map((group) => ({ ...group, items: group.items.slice(0, kind === "all" ? PER_GROUP : group.items.length) }));
  const hits = shown.flatMap((group) => group.items);
  const place = Math.min(at, Math.max(0, hits.length - 1));
  const go = (to: string) => {
    onClose();
    navigate(to);
  };
  useEffect(() => setAt(0), [q, kind]);
  useEffect(() => {
    body.current?.querySelector(".is-on")?.scrollIntoView({ block: "nearest" });
  }, [place]);
  const enter = useEnter(typed, typed.trim() === q && (data !== undefined || error !== null || q === "") && !isPlaceholderData, () => {
    const hit = hits[place];
    if (hit) go(placeOf(hit));
    else if (q) go(paths.search(q));
  });
  const onKey = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    if (event.key === "ArrowDown") setAt(Math.min(place + 1, hits.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(place - 1, 0));
    else if (event.key === "Enter") enter();
    else if (event.key === "Tab" && !event.shiftKey) go(paths.search(typed.trim(), kind));
    else return;
    event.preventDefault();
  };
  let index = -1;
  return (
    <BareDialog open onClose={onClose} label={t.title} className="palette">
      <header className="pal-head">
        {phone ? <IconButton icon="left" label={t.close} onClick={onClose} /> : <Icon name="search" size={24} />}
        <input
          className="pal-q"
          role="combobox"
          aria-expanded={hits.length > 0}
          aria-controls={list}
          aria-activedescendant={hits[place] ? `${list}-${place}` : undefined}
          aria-label={t.placeholder}
          placeholder={t.placeholder}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onKey}
        />
        {isFetching ? <span className="spinner" aria-hidden="true" /> : null}
        {typed ? (
          <Button small look="quiet" onClick={() => setTyped("")}>
            {t.clear}
          </Button>
        ) : null}
        <kbd className="kbd">Esc</kbd>
      </header>
      {q ? (
        <div className="pal-filters" role="group" aria-label={t.filters}>
          {(["all", ...ORDER] as const).map((one) => {
            const group = groups.find((each) => each.kind === one);
            if (one !== "all" && !group) return null;
            return (
              <button key={one} type="button" className={one === kind ? "chip is-on" : "chip"} aria-pressed={one === kind} onClick={() => setKind(one)}>
                {t.kinds[one]} {group ? <span className="num">{group.total ?? group.items.length}</span> : null}
              </button>
            );
          })}
        </div>
      ) : null}
      <div className="pal-body" ref={body} id={list} {...(hits.length > 0 ? { role: "listbox", "aria-label": t.results } : {})}>
        {shown.map((group) => (
          <section key={group.kind} role="group" aria-label={t.kinds[group.kind]}>
            <div className="list-head" aria-hidden="true">
              {t.kinds[group.kind]}
              {(group.total ?? group.items.length) > group.items.length ? (
                <button type="button" className="end link" tabIndex={-1} onClick={() => go(paths.search(q, group.kind))}>
                  {t.allOf(group.total ?? 0)}
                </button>
              ) : null}
            </div>
            {group.items.map((hit) => {
              index += 1;
              return <HitRow key={keyOf(hit)} hit={hit} id={`${list}-${index}`} on={index === place} onPick={onClose} />;
            })}
          </section>
        ))}
        {q && hits.length === 0 && data && !isFetching ? (
          <Empty icon="search" title={t.nothing(q)}>
            {t.nothingText}
          </Empty>
        ) : null}
        {q && error ? <Empty alert icon="alert" tone="danger" title={t.failed} /> : null}
        {q ? null : <p className="pal-start meta">{t.startText}</p>}
      </div>
      <footer className="pal-foot">
        <span>
          <kbd className="kbd">↑</kbd> <kbd className="kbd">↓</kbd> {t.hintKeys}
        </span>
        <span>
          <kbd className="kbd">Enter</kbd> {t.hintOpen}
        </span>
        <span>
          <kbd className="kbd">Tab</kbd> {t.hintTab}
        </span>
        <span className="end" role="status">
          {data?.partial ? t.partial : t.foot}
          {data ? <span className="num"> · {t.took(data.took_milliseconds)}</span> : null}
        </span>
      </footer>
    </BareDialog>
  );
}
