import { create } from "zustand";

// What the whole client must know at once: is the box there, are we signed in, how many wait for an answer.
// The realtime client and the HTTP client write it; the shell shows it.

export type Link = "connecting" | "online" | "offline";

interface Live {
  link: Link;
  /** When the link was lost (milliseconds), null while it is there. */
  lostAt: number | null;
  /** How many changes came in while catching up after the last loss; null once shown. */
  caughtUp: number | null;
  /** The box answers, but cannot serve: sealed, or not ready yet. */
  closed: "sealed" | "not-ready" | null;
  /** The session ended under way: expired, revoked, person frozen. */
  ended: boolean;
  /** Red number: direct messages and mentions. */
  badge: number;
  /** Grey dot: anything else unread that is not muted. */
  dot: boolean;
}

export const useLive = create<Live>(() => ({
  link: "connecting",
  lostAt: null,
  caughtUp: null,
  closed: null,
  ended: false,
  badge: 0,
  dot: false,
}));

export function linkIs(link: Link): void {
  const { link: before, lostAt } = useLive.getState();
  if (link === "online") useLive.setState({ link, lostAt: null });
  else if (before === "online" || lostAt === null) useLive.setState({ link, lostAt: Date.now() });
  else useLive.setState({ link });
}

export const caughtUp = (count: number | null): void => useLive.setState({ caughtUp: count });
export const sessionEnded = (): void => useLive.setState({ ended: true });
export const sessionBegan = (): void => useLive.setState({ ended: false });
export const boxIsClosed = (closed: "sealed" | "not-ready"): void => useLive.setState({ closed });

export function boxIsBack(): void {
  if (useLive.getState().closed) useLive.setState({ closed: null });
}

/** A request came through: what is left of the network's absence is only our own waiting. */
export function boxAnswered(): void {
  boxIsBack();
  if (useLive.getState().link === "offline") hastening();
}

export function showUnread(badge: number, dot: boolean): void {
  const live = useLive.getState();
  if (live.badge !== badge || live.dot !== dot) useLive.setState({ badge, dot });
}

let hurrying: () => void = () => undefined;
let hastening: () => void = () => undefined;
/** The realtime client offers to try at once: for a person, and because of an answer over HTTP. */
export function offerHurry(hurry: () => void, hasten: () => void): void {
  hurrying = hurry;
  hastening = hasten;
}
export const reconnectNow = (): void => hurrying();
