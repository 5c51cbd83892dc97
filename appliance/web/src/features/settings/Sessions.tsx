import { useQuery, useQueryClient } from "@tanstack/react-query";
import { asProblem } from "../../api/problems";
import { keys } from "../../api/query";
import { session } from "../../api/session";
import type { Session } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { sentence, useProblems } from "../../i18n/problems";
import { useToldAct } from "../../i18n/useAct";
import { useLasting } from "../../lib/react";
import { plainAddress } from "../../lib/address";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Skeleton } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { agentName } from "./agent";
import { SignIns } from "./SignIns";
import { useTexts } from "./texts";

export function Sessions() {
  const t = useTexts();
  const common = useCommon();
  const list = useQuery({ queryKey: keys.sessions, queryFn: session.list });
  const slow = useLasting(list.isPending);
  const client = useQueryClient();
  const { busy, run } = useToldAct();
  const endOthers = async () => {
    await session.endOthers();
    toast(t.ended, "ok");
    await client.invalidateQueries({ queryKey: keys.sessions });
  };
  if (list.error) return <Failure error={list.error} title={t.sessionsFailed} onRetry={() => void list.refetch()} />;
  return (
    <div className="form">
      <div className="cluster between">
        <p className="soft grow">{t.sessionsNote}</p>
        {(list.data?.items.length ?? 0) > 1 ? (
          <Button look="danger" busy={busy} onClick={() => void run(endOthers).catch(() => undefined)}>
            {t.endOthers}
          </Button>
        ) : null}
      </div>
      {slow ? <Skeleton rows={3} label={common.loading} /> : null}
      <ul className="settings-list">
        {list.data?.items.map((one) => (
          <Row key={one.id} session={one} />
        ))}
      </ul>
      <SignIns />
    </div>
  );
}

function Row({ session: one }: { session: Session }) {
  const t = useTexts();
  const format = useFormat();
  const problems = useProblems();
  const client = useQueryClient();
  const end = async () => {
    try {
      await session.end(one.id);
      toast(t.ended, "ok");
      await client.invalidateQueries({ queryKey: keys.sessions });
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
    }
  };
  const door = one.door in t.doorNames ? t.doorNames[one.door as keyof typeof t.doorNames] : one.door;
  return (
    <li>
      <Icon name={one.door === "web" ? "globe" : "server"} />
      <div className="grow">
        <span className="grant-n truncate" title={one.agent ?? undefined}>
          {agentName(one.agent) ?? t.unknownAgent} {one.current ? <span className="tag tag-brand">{t.thisDevice}</span> : null}
        </span>
        <span className="row-sub">{[door, plainAddress(one.address), t.lastSeen(format.near(one.seen_at)), t.began(format.near(one.created_at))].filter(Boolean).join(" · ")}</span>
      </div>
      {one.current ? null : (
        <Button small onClick={() => void end()}>
          {t.end}
        </Button>
      )}
    </li>
  );
}
