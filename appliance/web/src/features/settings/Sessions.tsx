import { useQuery, useQueryClient } from "@tanstack/react-query";
import { asProblem } from "../../api/problems";
import { keys } from "../../api/query";
import { session } from "../../api/session";
import type { Session } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { sentence, useProblems } from "../../i18n/problems";
import { useLasting } from "../../lib/react";
import { plainAddress } from "../../lib/address";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Skeleton } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { useTexts } from "./texts";

export function Sessions() {
  const t = useTexts();
  const common = useCommon();
  const list = useQuery({ queryKey: keys.sessions, queryFn: session.list });
  const slow = useLasting(list.isPending);
  if (list.error) return <Failure error={list.error} title={t.sessionsFailed} onRetry={() => void list.refetch()} />;
  return (
    <div className="form">
      <p className="soft">{t.sessionsNote}</p>
      {slow ? <Skeleton rows={3} label={common.loading} /> : null}
      <ul className="settings-list">
        {list.data?.items.map((one) => (
          <Row key={one.id} session={one} />
        ))}
      </ul>
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

const BROWSERS: [RegExp, string][] = [
  [/Edg\/(\d+)/, "Edge"],
  [/Firefox\/(\d+)/, "Firefox"],
  [/Chrome\/(\d+)/, "Chrome"],
  [/Version\/(\d+).*Safari/, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/Windows/, "Windows"],
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** "Chrome 130 · Linux" out of what browsers send; what is not known stays as it is. */
export function agentName(agent: string | null | undefined): string | null {
  if (!agent) return null;
  const browser = BROWSERS.map(([pattern, name]) => (pattern.test(agent) ? `${name} ${pattern.exec(agent)?.[1] ?? ""}`.trim() : null)).find(Boolean);
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  return browser ? [browser, system].filter(Boolean).join(" · ") : agent.slice(0, 60);
}
