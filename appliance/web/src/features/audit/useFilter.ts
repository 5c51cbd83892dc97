import { useLocation, useSearch } from "wouter";
import type { AuditOutcome, AuditQuery, SavedChoice } from "../../api/types";
import { fromDate, toDate } from "../../lib/clock";
import { paths } from "../../lib/paths";

export type Since = "" | "today" | "week" | "month" | "range";

export interface Choice {
  since: Since;
  actor: string;
  action: string;
  outcome: AuditOutcome | "";
  object: string;
  address: string;
  /** Days, where `since` is a range: 2026-11-22, inclusive. */
  from: string;
  to: string;
  /** The entry that is open beside the list. */
  entry: string;
}

const DAYS: Record<Exclude<Since, "" | "range">, number> = { today: 0, week: 7, month: 30 };

/** What is filtered lies in the address: it can be kept, sent and gone back to. */
export function useFilter(): { choice: Choice; filter: AuditQuery; set: (change: Partial<Choice>) => void; any: boolean } {
  const parameters = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const read = (name: string) => parameters.get(name) ?? "";
  const choice: Choice = {
    since: (["today", "week", "month", "range"] as const).find((one) => one === read("since")) ?? "",
    actor: read("actor"),
    action: read("action"),
    outcome: (["success", "refused", "failed"] as const).find((one) => one === read("outcome")) ?? "",
    object: read("object"),
    address: read("address"),
    from: day(read("from")),
    to: day(read("to")),
    entry: read("entry"),
  };
  const filter: AuditQuery = {
    ...within(choice),
    ...(choice.actor ? { actor: choice.actor } : {}),
    ...(choice.action ? { action: choice.action } : {}),
    ...(choice.outcome ? { outcome: choice.outcome } : {}),
    ...(choice.object ? { object: choice.object } : {}),
    ...(choice.address ? { address: choice.address } : {}),
  };
  const set = (change: Partial<Choice>) => navigate(paths.auditTimeline({ ...choice, ...change }), { replace: true });
  return { choice, filter, set, any: Object.keys(filter).length > 0 };
}

/** What `from` and `to` of the API are, for a choice of days. */
function within({ since, from, to }: Choice): { from?: number; to?: number } {
  if (since === "") return {};
  if (since !== "range") return { from: fromDate(new Date(new Date().setHours(0, 0, 0, 0) - DAYS[since] * 86_400_000)) };
  return {
    ...(from ? { from: fromDate(new Date(`${from}T00:00:00`)) } : {}),
    ...(to ? { to: fromDate(new Date(`${to}T23:59:59.999`)) } : {}),
  };
}

const day = (text: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : "");

const dayOf = (at: number | null | undefined): string => {
  if (at === null || at === undefined) return "";
  const date = toDate(at);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
};

/** Nothing is chosen. */
export const EVERYTHING: Omit<Choice, "entry"> = { since: "", actor: "", action: "", outcome: "", object: "", address: "", from: "", to: "" };

/** As it is kept in the box: days that move stay words. */
export function savedOf(choice: Choice): SavedChoice {
  const { since, actor, action, outcome, object, address } = choice;
  return {
    ...(since === "range" ? within(choice) : since ? { since } : {}),
    ...(actor ? { actor } : {}),
    ...(action ? { action } : {}),
    ...(outcome ? { outcome } : {}),
    ...(object ? { object } : {}),
    ...(address ? { address } : {}),
  };
}

export function choiceOf(saved: SavedChoice): Omit<Choice, "entry"> {
  const ranged = saved.from != null || saved.to != null;
  return {
    since: saved.since ?? (ranged ? "range" : ""),
    actor: saved.actor ?? "",
    action: saved.action ?? "",
    outcome: saved.outcome ?? "",
    object: saved.object ?? "",
    address: saved.address ?? "",
    from: dayOf(saved.from),
    to: dayOf(saved.to),
  };
}

/** Of version 4 or 6, or what could become one: the box looks closer. */
export const isAddress = (text: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || (/^[0-9a-f:.]+$/i.test(text) && text.includes(":"));
