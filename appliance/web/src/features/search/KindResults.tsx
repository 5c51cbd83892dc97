import { useInfiniteQuery } from "@tanstack/react-query";
import { keys } from "../../api/query";
import { search, type SearchFilter } from "../../api/search";
import type { Hit, HitKind, MessageHit } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { useLasting } from "../../lib/react";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Endless } from "../../ui/Endless";
import { Mark } from "../../ui/Mark";
import { Empty, Skeleton } from "../../ui/Surface";
import { HitRow, keyOf, placeOf } from "./HitRow";
import { Link } from "wouter";
import { useTexts } from "./texts";

interface Props {
  q: string;
  kind: HitKind;
  filter: SearchFilter;
  around: MessageHit | null;
  /** Absent where there is no room beside: then a hit leads straight to its place. */
  onAround: ((hit: MessageHit) => void) | undefined;
}

/** All hits of one kind; messages stand under their conversations. */
export function KindResults({ q, kind, filter, around, onAround }: Props) {
  const t = useTexts();
  const common = useCommon();
  const list = useInfiniteQuery({
    queryKey: keys.search({ q, kind, ...filter }),
    queryFn: ({ pageParam, signal }) => search.kind(q, kind, filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: q !== "",
  });
  const slow = useLasting(list.isPending);
  const hits: Hit[] = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.error) return <Failure error={list.error} title={t.failed} onRetry={() => void list.refetch()} />;
  if (list.isPending) return slow ? <Skeleton rows={8} label={common.loading} /> : null;
  if (hits.length === 0) {
    return (
      <Empty icon="search" title={t.nothing(q)}>
        {t.nothingText}
      </Empty>
    );
  }
  const messages = hits.filter((hit) => hit.kind === "messages");
  return (
    <>
      {kind === "messages" ? <ByConversation hits={messages} around={around} onAround={onAround} /> : hits.map((hit) => <HitRow key={keyOf(hit)} hit={hit} />)}
      <Endless more={list.hasNextPage} loading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
    </>
  );
}

function ByConversation({ hits, around, onAround }: { hits: MessageHit[] } & Pick<Props, "around" | "onAround">) {
  const t = useTexts();
  const groups = new Map<string, MessageHit[]>();
  for (const hit of hits) groups.set(hit.message.conversation, [...(groups.get(hit.message.conversation) ?? []), hit]);
  return (
    <>
      {[...groups].map(([id, list]) => (
        <section key={id} className="group" aria-label={list[0]?.conversation_title}>
          <header className="group-head">
            <Avatar name={list[0]?.conversation_title || t.untitled} seed={id} size={24} group />
            <b className="truncate">{list[0]?.conversation_title || t.untitled}</b>
            <span className="meta nowrap">{t.count(list.length)}</span>
          </header>
          {list.map((hit) => (
            <MessageHitRow key={keyOf(hit)} hit={hit} on={around !== null && keyOf(around) === keyOf(hit)} onAround={onAround} />
          ))}
        </section>
      ))}
    </>
  );
}

function MessageHitRow({ hit, on, onAround }: { hit: MessageHit; on: boolean; onAround: Props["onAround"] }) {
  const format = useFormat();
  const { sender, at } = hit.message;
  return (
    <Link
      className={on ? "hit-row is-on" : "hit-row"}
      href={placeOf(hit)}
      data-row=""
      onClick={(event) => {
        if (!onAround || on || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        onAround(hit);
      }}
    >
      <Avatar name={sender.name} picture={pictureOf(sender)} hue={sender.avatar_hue} seed={sender.id} size={32} />
      <span className="grow">
        <span className="msg-by">
          <b>{sender.name}</b>
          <time>{format.moment(at)}</time>
        </span>
        <span className="hit-text">
          <Mark text={hit.snippet.text} ranges={hit.snippet.ranges} />
        </span>
      </span>
    </Link>
  );
}
