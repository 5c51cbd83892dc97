import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { useCommon } from "../../i18n/common";
import { useLasting, useLatest } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Empty, Skeleton } from "../../ui/Surface";
import { MessageRow } from "./MessageRow";
import { rowsOf, type Row } from "./rows";
import { loadNewer, loadOlder, openNewest, openWindow } from "./store/load";
import { sawMessages } from "./store/reads";
import { firstUnread } from "./store/readState";
import { ownId, unreadOf, useIm, type Held } from "./store/store";
import { emptyTimeline } from "./store/timeline";
import { useTexts } from "./texts";

/** So near to the end counts as being there. */
const AT_END_PIXELS = 48;
/** So near to an end the next page is loaded. */
const LOAD_PIXELS = 800;
const NONE: never[] = [];

interface Props {
  conversation: Held;
  target: number | undefined;
}

export function TimelineView({ conversation, target }: Props) {
  const { id } = conversation;
  const timeline = useIm((state) => state.timelines[id]) ?? emptyTimeline;
  const pending = useIm((state) => state.pending[id]) ?? NONE;
  const [unreadFrom, setUnreadFrom] = useState(() => firstUnread(conversation.reading));
  const rows = useMemo(() => rowsOf(timeline.messages, pending, ownId(), unreadFrom), [timeline.messages, pending, unreadFrom]);
  const list = useRef<VListHandle>(null);
  const [atEnd, setAtEnd] = useState(true);
  const shift = useShift(rows);
  const placed = usePlaced(list, rows, target, unreadFrom, timeline.atEnd);
  const toEnd = useStick(list, rows, atEnd && placed);
  const mark = useMarkRead(list, rows, id, placed);
  useFreshLine(conversation, atEnd, unreadFrom, setUnreadFrom, pending.length);

  const onScroll = useCallback(
    (offset: number) => {
      const handle = list.current;
      if (!handle) return;
      const below = handle.scrollSize - offset - handle.viewportSize;
      setAtEnd(below < AT_END_PIXELS);
      if (offset < LOAD_PIXELS) void loadOlder(id);
      if (below < LOAD_PIXELS) void loadNewer(id);
      mark();
    },
    [id, mark],
  );

  if (rows.length === 0) return <NoRows id={id} target={target} />;
  return (
    <div className="pane-body messages">
      <VList ref={list} className="vlist msg-list" data={rows} shift={shift} bufferSize={800} onScroll={onScroll} onResize={toEnd} role="log" aria-label={conversation.title ?? undefined} tabIndex={0}>
        {(row, index) => (
          <MessageRow
            key={row.key}
            row={row}
            conversation={id}
            direct={conversation.kind === "direct"}
            others={Math.max(0, conversation.members - 1)}
            beginning={index === 0 && timeline.atStart}
            targeted={target !== undefined && row.message?.seq === target}
          />
        )}
      </VList>
      {atEnd && timeline.atEnd ? null : <JumpDown conversation={conversation} onJump={() => void jump(id, list, setAtEnd)} />}
    </div>
  );
}

async function jump(id: string, list: React.RefObject<VListHandle | null>, setAtEnd: (at: boolean) => void): Promise<void> {
  await openNewest(id);
  setAtEnd(true);
  requestAnimationFrame(() => list.current?.scrollToIndex(Number.MAX_SAFE_INTEGER, { align: "end" }));
}

function JumpDown({ conversation, onJump }: { conversation: Held; onJump: () => void }) {
  const t = useTexts();
  const count = unreadOf(conversation);
  return (
    <button type="button" className="jump" onClick={onJump} aria-label={count > 0 ? t.toNew(count) : t.toBottom}>
      <Icon name="arrow-down" size={16} />
      {count > 0 ? <span>{t.toNew(count)}</span> : null}
    </button>
  );
}

function NoRows({ id, target }: { id: string; target: number | undefined }) {
  const t = useTexts();
  const common = useCommon();
  const timeline = useIm((state) => state.timelines[id]) ?? emptyTimeline;
  const slow = useLasting(timeline.loading !== null);
  if (timeline.failed) {
    return (
      <div className="pane-body">
        <Empty
          alert
          icon="alert"
          tone="danger"
          title={t.timelineFailed}
          actions={
            <Button look="primary" icon="refresh" onClick={() => void openWindow(id, target)}>
              {common.retry}
            </Button>
          }
        >
          {t.timelineFailedText}
        </Empty>
      </div>
    );
  }
  return <div className="pane-body messages-none">{slow ? <Skeleton rows={6} label={common.loading} /> : null}</div>;
}

/** Older messages came in above: the list must keep its place, not its index. */
function useShift(rows: Row[]): boolean {
  const before = useRef<string | undefined>(undefined);
  const first = rows[0]?.key;
  const shift = before.current !== undefined && before.current !== first && rows.some((row) => row.key === before.current);
  useLayoutEffect(() => {
    before.current = first;
  });
  return shift;
}

/** Scrolls once to where the reader wants to be: the message that was asked for, the first unread one, or the end. */
function usePlaced(
  list: React.RefObject<VListHandle | null>,
  rows: Row[],
  target: number | undefined,
  unreadFrom: number | null,
  complete: boolean,
): boolean {
  const [placed, setPlaced] = useState(false);
  useLayoutEffect(() => {
    if (placed || rows.length === 0 || !list.current) return;
    const wanted = target === undefined ? -1 : rows.findIndex((row) => row.message?.seq === target);
    if (target !== undefined && wanted < 0) return;
    if (target === undefined && !complete) return;
    const fresh = unreadFrom === null ? -1 : rows.findIndex((row) => row.fresh);
    const handle = list.current;
    const place = () => {
      if (wanted >= 0) handle.scrollToIndex(wanted, { align: "center" });
      else if (fresh > 0) handle.scrollToIndex(fresh, { align: "start", offset: -80 });
      else handle.scrollToIndex(rows.length - 1, { align: "end" });
    };
    place();
    requestAnimationFrame(() => {
      place();
      setPlaced(true);
    });
  }, [placed, rows, list, target, unreadFrom, complete]);
  return placed;
}

/** Who reads at the end stays at the end: when rows come, grow, or the pane gets smaller. */
function useStick(list: React.RefObject<VListHandle | null>, rows: Row[], stick: boolean): () => void {
  const latest = useLatest({ stick, last: rows.length - 1 });
  const toEnd = useCallback(() => {
    if (latest.current.stick) list.current?.scrollToIndex(latest.current.last, { align: "end" });
  }, [latest, list]);
  useLayoutEffect(() => {
    toEnd();
    const frame = requestAnimationFrame(toEnd);
    return () => cancelAnimationFrame(frame);
  }, [rows, toEnd]);
  return toEnd;
}

/** What is on the screen, in a window that somebody looks at, is read. */
function useMarkRead(list: React.RefObject<VListHandle | null>, rows: Row[], id: string, placed: boolean): () => void {
  const latest = useLatest({ rows, placed });
  const mark = useCallback(() => {
    const handle = list.current;
    const { rows: now, placed: ready } = latest.current;
    if (!handle || !ready || !looking()) return;
    const from = Math.max(0, handle.findItemIndex(handle.scrollOffset));
    const to = Math.min(now.length - 1, handle.findItemIndex(handle.scrollOffset + handle.viewportSize - 1));
    const seqs = now.slice(from, to + 1).flatMap((row) => row.message?.seq ?? []);
    const low = seqs[0];
    const high = seqs.at(-1);
    if (low !== undefined && high !== undefined) sawMessages(id, low, high);
  }, [id, latest, list]);
  useEffect(() => {
    const frame = requestAnimationFrame(mark);
    return () => cancelAnimationFrame(frame);
  }, [rows, placed, mark]);
  useEffect(() => {
    window.addEventListener("focus", mark);
    document.addEventListener("visibilitychange", mark);
    return () => {
      window.removeEventListener("focus", mark);
      document.removeEventListener("visibilitychange", mark);
    };
  }, [mark]);
  return mark;
}

const looking = (): boolean => document.visibilityState === "visible" && document.hasFocus();

/**
 * Messages that come while nobody looks get the line above them; writing something takes it away. Who reads above keeps
 * the line where it stands: taking it away there would move what is being read.
 */
function useFreshLine(conversation: Held, atEnd: boolean, line: number | null, set: (from: number | null) => void, pending: number): void {
  const unread = unreadOf(conversation);
  const before = useRef(unread);
  const sent = useRef(pending);
  const first = firstUnread(conversation.reading);
  useEffect(() => {
    const free = atEnd ? !looking() : line === null;
    if (before.current === 0 && unread > 0 && first !== null && free) set(first);
    before.current = unread;
  }, [unread, first, atEnd, line, set]);
  useEffect(() => {
    if (pending > sent.current) set(null);
    sent.current = pending;
  }, [pending, set]);
}
