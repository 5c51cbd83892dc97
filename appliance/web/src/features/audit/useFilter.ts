import { useLocation, useSearch } from "wouter";
import type { AuditOutcome, AuditQuery } from "../../api/types";
import { fromDate } from "../../lib/clock";
import { paths } from "../../lib/paths";

export type Since = "" | "today" | "week" | "month";

export interface Choice {
  since: Since;
  actor: string;
  action: string;
  outcome: AuditOutcome | "";
  object: string;
  /** The entry that is open beside the list. */
  entry: string;
}

const DAYS: Record<Exclude<Since, "">, number> = { today: 0, week: 7, month: 30 };

/** What is filtered lies in the address: it can be kept, sent and gone back to. */
export function useFilter(): { choice: Choice; filter: AuditQuery; set: (change: Partial<Choice>) => void; any: boolean } {
  const parameters = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const read = (name: string) => parameters.get(name) ?? "";
  const choice: Choice = {
    since: (["today", "week", "month"] as const).find((one) => one === read("since")) ?? "",
    actor: read("actor"),
    action: read("action"),
    outcome: (["success", "refused", "failed"] as const).find((one) => one === read("outcome")) ?? "",
    object: read("object"),
    entry: read("entry"),
  };
  const from = choice.since === "" ? undefined : fromDate(new Date(new Date().setHours(0, 0, 0, 0) - DAYS[choice.since] * 86_400_000));
  const filter: AuditQuery = {
    ...(from === undefined ? {} : { from }),
    ...(choice.actor ? { actor: choice.actor } : {}),
    ...(choice.action ? { action: choice.action } : {}),
    ...(choice.outcome ? { outcome: choice.outcome } : {}),
    ...(choice.object ? { object: choice.object } : {}),
  };
  const set = (change: Partial<Choice>) => navigate(paths.auditTimeline({ ...choice, ...change }), { replace: true });
  return { choice, filter, set, any: Object.keys(filter).length > 0 };
}
