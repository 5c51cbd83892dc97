// What the timeline shows, as rows: one per message or pending message, each knowing what stands above it.

import type { Message } from "../../api/types";
import { sameDay } from "../../i18n/format";
import type { Pending } from "./store/store";

export interface Row {
  key: string;
  message?: Message;
  pending?: Pending;
  /** Shows the day above it. */
  day: boolean;
  /** Shows "new messages" above it. */
  fresh: boolean;
  /** Begins a group: avatar, name and time. */
  first: boolean;
  /** Ends a group: the receipt stands below. */
  last: boolean;
}

/** Messages of one author stay together for so long. */
const GROUP_MICROSECONDS = 5 * 60 * 1_000_000;

export function rowsOf(messages: readonly Message[], pending: readonly Pending[], ownId: string, unreadFrom: number | null): Row[] {
  const known = new Set(messages.map((message) => message.cid));
  const waiting = pending.filter((one) => !known.has(one.cid));
  const rows: Row[] = messages.map((message, index) => {
    const before = messages[index - 1];
    const day = !before || !sameDay(before.at, message.at);
    const fresh = unreadFrom !== null && message.seq >= unreadFrom && (before?.seq ?? -1) < unreadFrom;
    return { key: message.cid ?? message.id, message, day, fresh, first: day || fresh || !together(before, message), last: true };
  });
  for (const one of waiting) {
    const before = rows.at(-1);
    const goesOn = before?.pending !== undefined || (before?.message !== undefined && isOwn(before.message, ownId) && one.at - before.message.at < GROUP_MICROSECONDS);
    const day = messages.length > 0 && before?.message !== undefined && !sameDay(before.message.at, one.at);
    rows.push({ key: one.cid, pending: one, day: day || rows.length === 0, fresh: false, first: day || !goesOn, last: true });
  }
  for (const [index, row] of rows.entries()) row.last = rows[index + 1]?.first ?? true;
  return rows;
}

const plain = (message: Message): boolean => !message.recalled && message.body?.type !== "event";
const isOwn = (message: Message, ownId: string): boolean => message.sender.id === ownId && plain(message);

function together(before: Message | undefined, message: Message): boolean {
  return (
    before !== undefined &&
    before.sender.id === message.sender.id &&
    plain(before) &&
    plain(message) &&
    message.at - before.at < GROUP_MICROSECONDS
  );
}
