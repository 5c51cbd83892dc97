import { useInfiniteQuery } from "@tanstack/react-query";
import { keys } from "../../api/query";
import { me } from "../../api/session";
import { useCommon } from "../../i18n/common";
import { useFormat } from "../../i18n/format";
import { useProblems } from "../../i18n/problems";
import { plainAddress } from "../../lib/address";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { agentName } from "./agent";
import { useTexts } from "./texts";

/** When somebody came, or tried to come, into one's own account: as the audit log has it. */
export function SignIns() {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const { codes } = useProblems();
  const list = useInfiniteQuery({
    queryKey: keys.signIns,
    queryFn: ({ pageParam }) => me.signIns(pageParam || undefined),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const why = (code: string | null | undefined) => (code && code in codes ? codes[code as keyof typeof codes] : t.refused);
  return (
    <section className="stack gap-16">
      <h3>{t.history}</h3>
      <p className="soft">{t.historyNote}</p>
      <ul className="settings-list">
        {items.map((one) => (
          <li key={`${one.at}-${one.succeeded}`}>
            <Icon name={one.succeeded ? "check" : "alert-circle"} />
            <div className="grow">
              <span className="grant-n truncate">
                {one.succeeded ? t.cameIn : why(one.why)} {one.with && one.with in t.factors ? <span className="tag">{t.factors[one.with as keyof typeof t.factors]}</span> : null}
              </span>
              <span className="row-sub">{[format.near(one.at), plainAddress(one.address), agentName(one.agent)].filter(Boolean).join(" · ")}</span>
            </div>
          </li>
        ))}
      </ul>
      {list.hasNextPage ? (
        <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {common.loadMore}
        </Button>
      ) : null}
    </section>
  );
}
