import { useRef, useState, type KeyboardEvent } from "react";
import { departments, people } from "../../api/directory";
import { keys } from "../../api/query";
import type { DepartmentDetail, Person } from "../../api/types";
import { useEndless } from "../../api/useEndless";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useToldAct } from "../../i18n/useAct";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Button, IconButton } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Endless } from "../../ui/Endless";
import { Empty, Skeleton } from "../../ui/Surface";
import { useRefresh } from "./PersonSide";
import { useTexts } from "./texts";

/** The department's own people in its order: who leads it, and who stands where. Each act counts at once. */
export function Arrange({ department, onClose }: { department: DepartmentDetail; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const refresh = useRefresh();
  const { busy, run } = useToldAct();
  const query = { department: department.id, subtree: false, whole: true };
  const list = useEndless(keys.people(query), (cursor, signal) => people.list({ ...query, ...(cursor ? { cursor } : {}), limit: 200 }, signal));
  const [dragged, setDragged] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const rows = useRef<HTMLOListElement>(null);
  const act = (what: () => Promise<unknown>) => run(() => what().then(refresh)).catch(() => undefined);
  const put = async (person: Person, to: number) => {
    const others = list.items.filter((one) => one.uid !== person.uid);
    const at = Math.max(0, Math.min(others.length, to));
    if (busy || list.items[at]?.uid === person.uid) return;
    await act(() => departments.changePost(department.id, person.uid, { after: others[at - 1]?.uid ?? null }));
    setSaid(t.movedTo(person.name, at + 1));
    // The row has been drawn anew elsewhere; the keys go on with it.
    requestAnimationFrame(() => rows.current?.querySelector<HTMLElement>(`[data-uid="${CSS.escape(person.uid)}"] .arrange-name`)?.focus());
  };
  const onKey = (event: KeyboardEvent, person: Person, at: number) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    void put(person, event.key === "ArrowUp" ? at - 1 : at + 1);
  };
  return (
    <Dialog
      open
      size="md"
      onClose={onClose}
      title={t.arrangeTitle(department.name)}
      closeLabel={common.close}
      foot={
        <>
          <Button busy={busy} onClick={() => void act(() => departments.resetOrder(department.id))}>
            {t.resetOrder}
          </Button>
          <span className="end" />
          <Button onClick={onClose}>
            {common.close}
          </Button>
        </>
      }
    >
      <p className="meta soft">{t.arrangeHelp}</p>
      <p className="sr-only" role="status">
        {said}
      </p>
      {list.error ? (
        <Failure error={list.error} title={t.arrangeFailed} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Skeleton rows={6} label={common.loading} />
      ) : list.items.length === 0 ? (
        <Empty icon="people" title={t.noMembers} />
      ) : (
        <ol className="arrange" ref={rows} aria-label={t.arrangeTitle(department.name)}>
          {list.items.map((person, at) => {
            // Heads stand before the others in any case: nobody is moved across that line.
            const same = (other: Person | undefined) => other !== undefined && isHead(other, department.id) === isHead(person, department.id);
            const post = person.departments.find((one) => one.id === department.id);
            return (
              <li
                key={person.uid}
                data-uid={person.uid}
                className={person.uid === dragged ? "arrange-row is-dragged" : "arrange-row"}
                draggable
                onDragStart={() => setDragged(person.uid)}
                onDragEnd={() => setDragged(null)}
                onDragOver={(event) => (dragged ? event.preventDefault() : undefined)}
                onDrop={(event) => {
                  event.preventDefault();
                  const moved = list.items.find((one) => one.uid === dragged);
                  if (moved) void put(moved, at);
                }}
              >
                <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} size={32} />
                <button type="button" className="arrange-name grow truncate" aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown" onKeyDown={(event) => onKey(event, person, at)}>
                  {person.name} <span className="meta">{post?.title ?? person.title}</span>
                </button>
                <Button small look={post?.head ? "primary" : undefined} aria-pressed={post?.head ?? false} disabled={busy} onClick={() => void act(() => departments.changePost(department.id, person.uid, { head: !post?.head }))}>
                  {t.isHead}
                </Button>
                <IconButton small icon="up" label={t.moveUp(person.name)} disabled={busy || !same(list.items[at - 1])} onClick={() => void put(person, at - 1)} />
                <IconButton small icon="down" label={t.moveDown(person.name)} disabled={busy || !same(list.items[at + 1])} onClick={() => void put(person, at + 1)} />
              </li>
            );
          })}
        </ol>
      )}
      <Endless more={list.hasNextPage} loading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
    </Dialog>
  );
}

const isHead = (person: Person, department: string) => person.departments.some((one) => one.id === department && one.head);
