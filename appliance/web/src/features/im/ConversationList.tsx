import { useMemo, useRef, useState } from "react";
import { VList } from "virtua";
import { Link } from "wouter";
import { useFormat } from "../../i18n/format";
import { useMinute } from "../../lib/clock";
import { openPalette } from "../../lib/palette";
import { paths } from "../../lib/paths";
import { useLasting, usePhone } from "../../lib/react";
import { useCommon } from "../../i18n/common";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { moveFocus } from "../../ui/roving";
import { Empty, Skeleton } from "../../ui/Surface";
import { loadEverything } from "./store/load";
import { movedAt, ordered, ownId, unreadOf, useIm, weightOf, type Held } from "./store/store";
import { useTexts } from "./texts";
import { hueOfConversation, lastLine, titleOf } from "./words";

type Filter = "all" | "unread" | "mentions" | "groups";

const passes: Record<Filter, (conversation: Held) => boolean> = {
  all: () => true,
  unread: (conversation) => unreadOf(conversation) > 0,
  mentions: (conversation) => conversation.mentions.length > 0,
  groups: (conversation) => conversation.kind === "group",
};

export function ConversationList({ current, onNew }: { current: string | undefined; onNew: () => void }) {
  const t = useTexts();
  const phone = usePhone();
  const conversations = useIm((state) => state.conversations);
  const ready = useIm((state) => state.ready);
  const failed = useIm((state) => state.failed);
  const [filter, setFilter] = useState<Filter>("all");
  const [inside, setInside] = useState(false);
  const sorted = useMemo(() => ordered(conversations), [conversations]);
  const shown = useStill(sorted, inside && !phone).filter((one) => passes[filter](one) || one.id === current);
  return (
    <section className="pane-list" aria-label={t.title}>
      {phone ? (
        <header className="pane-head ph-head">
          <h1>{t.title}</h1>
          <IconButton className="end" icon="plus" label={t.newConversation} onClick={onNew} />
        </header>
      ) : null}
      <header className="pane-head list-top">
        <button type="button" className="searchbox grow" onClick={openPalette}>
          <Icon name="search" size={16} />
          <span>{t.search}</span>
          {phone ? null : (
            <>
              <kbd className="kbd">Ctrl</kbd> <kbd className="kbd">K</kbd>
            </>
          )}
        </button>
        {phone ? null : <IconButton icon="edit" label={t.newConversation} onClick={onNew} />}
      </header>
      <div className="chips" role="group" aria-label={t.filters}>
        {(["all", "unread", "mentions", "groups"] as const).map((one) => (
          <button key={one} type="button" className={one === filter ? "chip is-on" : "chip"} aria-pressed={one === filter} onClick={() => setFilter(one)}>
            {t[one]}
          </button>
        ))}
      </div>
      {shown.length > 0 ? (
        <Rows conversations={shown} current={current} onPointer={setInside} />
      ) : (
        <div className="pane-body">
          <Nothing ready={ready} failed={failed} filter={filter} onNew={onNew} />
        </div>
      )}
    </section>
  );
}

function Rows({ conversations, current, onPointer }: { conversations: Held[]; current: string | undefined; onPointer: (inside: boolean) => void }) {
  const t = useTexts();
  return (
    <nav className="pane-body list-rows" aria-label={t.title} onKeyDown={moveFocus} onPointerEnter={() => onPointer(true)} onPointerLeave={() => onPointer(false)}>
      <VList data={conversations} itemSize={64} bufferSize={400} className="vlist">
        {(conversation, index) => (
          <Row
            key={conversation.id}
            conversation={conversation}
            on={conversation.id === current}
            lastPinned={conversation.pinned && conversations[index + 1]?.pinned === false}
          />
        )}
      </VList>
    </nav>
  );
}

function Row({ conversation, on, lastPinned }: { conversation: Held; on: boolean; lastPinned: boolean }) {
  const t = useTexts();
  const format = useFormat();
  useMinute();
  const title = titleOf(conversation, t);
  const { hue, seed } = hueOfConversation(conversation);
  return (
    <div className={lastPinned ? "list-group" : undefined}>
      <Link className={on ? "row is-on" : "row"} href={paths.conversation(conversation.id)} aria-current={on ? "page" : undefined} data-row="">
        <Avatar name={title} picture={pictureOf(conversation.peer)} hue={hue} seed={seed} group={conversation.kind === "group"} />
        <span className="row-main">
          <span className="row-title">
            <span>{title}</span>
            {conversation.pinned ? (
              <>
                <Icon name="pin" size={16} className="pin" />
                <span className="sr-only">{t.pinned}</span>
              </>
            ) : null}
            <time className="row-time end">{format.short(movedAt(conversation))}</time>
          </span>
          <span className="row-line">
            <Line conversation={conversation} on={on} />
            <Mark conversation={conversation} />
          </span>
        </span>
      </Link>
    </div>
  );
}

function Line({ conversation, on }: { conversation: Held; on: boolean }) {
  const t = useTexts();
  const draft = useIm((state) => state.drafts[conversation.id]);
  const pending = useIm((state) => state.pending[conversation.id]?.some((one) => one.state === "failed"));
  if (pending) return <span className="row-sub hit">{t.failed}</span>;
  if (draft?.trim() && !on) {
    return (
      <span className="row-sub">
        <span className="draft">{t.draft}</span> {draft}
      </span>
    );
  }
  const line = conversation.last ? lastLine(conversation.last, ownId(), conversation.kind === "direct", t) : "";
  return (
    <span className="row-sub">
      {conversation.mentions.length > 0 ? <span className="hit">{t.mentioned} </span> : null}
      {line}
    </span>
  );
}

function Mark({ conversation }: { conversation: Held }) {
  const t = useTexts();
  const count = unreadOf(conversation);
  const weight = weightOf(conversation);
  if (weight === "red") {
    return (
      <span className="badge">
        <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
        <span className="sr-only">{t.unreadCount(count)}</span>
      </span>
    );
  }
  return (
    <>
      {weight === "grey" ? (
        <span className="dot">
          <span className="sr-only">{t.unreadCount(count)}</span>
        </span>
      ) : null}
      {conversation.muted ? (
        <span className="mute" title={t.muted}>
          <Icon name="bell-off" size={16} />
          <span className="sr-only">{t.muted}</span>
        </span>
      ) : null}
    </>
  );
}

function Nothing({ ready, failed, filter, onNew }: { ready: boolean; failed: boolean; filter: Filter; onNew: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const slow = useLasting(!ready && !failed);
  if (failed && !ready) {
    return (
      <Empty
        alert
        icon="alert"
        tone="danger"
        title={t.listFailed}
        actions={
          <Button look="primary" icon="refresh" onClick={() => void loadEverything().catch(() => undefined)}>
            {common.retry}
          </Button>
        }
      />
    );
  }
  if (!ready) return slow ? <Skeleton rows={9} label={common.loading} /> : null;
  if (filter === "unread") return <Empty icon="check" title={t.noneUnread} />;
  if (filter === "mentions") return <Empty icon="at" title={t.noneMentions} />;
  if (filter === "groups") return <Empty icon="people" title={t.noneGroups} />;
  return (
    <Empty
      icon="chat"
      title={t.noConversations}
      actions={
        <Button look="primary" icon="edit" onClick={onNew}>
          {t.newConversation}
        </Button>
      }
    >
      {t.noConversationsText}
    </Empty>
  );
}

/** While the pointer is inside, rows keep their places: nobody shall click what slid under the pointer. */
function useStill(sorted: Held[], still: boolean): Held[] {
  const kept = useRef<string[]>([]);
  if (!still) {
    kept.current = sorted.map((one) => one.id);
    return sorted;
  }
  const byId = new Map(sorted.map((one) => [one.id, one]));
  const known = kept.current.flatMap((id) => byId.get(id) ?? []);
  const fresh = sorted.filter((one) => !kept.current.includes(one.id));
  return [...fresh, ...known];
}
