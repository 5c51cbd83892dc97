import { newId } from "../../lib/ids";
import { remember, remembered } from "../../lib/device";
import { caughtUp, linkIs } from "../live";
import { me } from "../session";
import type { PersonRef, SyncEvent } from "../types";
import { later, parse, SUBPROTOCOL, type Ack, type Incoming, type Nack, type Outgoing } from "./protocol";

export interface Listener {
  /** Connected: what waits may go out. */
  ready: () => void;
  /** One change. The same change may come twice: applying it must be harmless. */
  event: (event: SyncEvent) => void;
  ack: (ack: Ack) => void;
  nack: (nack: Nack) => void;
  typing: (conversation: string, person: PersonRef) => void;
  /** The log no longer reaches back to our cursor, or this is the first connection: load everything. */
  reset: () => Promise<void>;
}

const FIRST_DELAY = 500;
// On a LAN the box is back within seconds: a person shall not wait half a minute for what is there.
const LONGEST_DELAY = 8000;
/** A cable that was pulled answers nothing at all: without a welcome after this long, try anew. */
const WELCOME_MILLISECONDS = 5000;
/** And so for a connection that stands: no sign of life after a ping. */
const PONG_MILLISECONDS = 5000;
const SYNC_LIMIT = 500;
const DEFAULT_HEARTBEAT_SECONDS = 25;
const PROBE_EVERY = 3;

/**
 * The one connection to `/api/v1/ws`. Always true: the cursor moves only past what was applied, so that after any
 * loss `sync` from it misses nothing; what overlaps is applied twice and changes nothing.
 */
export class Realtime {
  #listener: Listener;
  #socket: WebSocket | null = null;
  #cursor: string | null = null;
  #syncing = false;
  /** Events were left out on the way while we were catching up: what was asked for before does not cover them. */
  #lagged = false;
  #newest: string | null = null;
  #attempts = 0;
  #hastened = 0;
  #wanted = false;
  #retry: number | undefined;
  #beat: number | undefined;
  #deadline: number | undefined;
  #heardAt = 0;
  #missed = 0;
  #first = true;
  #welcome = false;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  start(): void {
    this.#wanted = true;
    window.addEventListener("online", this.#wake);
    window.addEventListener("offline", this.#offline);
    document.addEventListener("visibilitychange", this.#wake);
    this.#connect();
  }

  stop(): void {
    this.#wanted = false;
    window.removeEventListener("online", this.#wake);
    window.removeEventListener("offline", this.#offline);
    document.removeEventListener("visibilitychange", this.#wake);
    this.#stopTimers();
    this.#socket?.close(1000);
    this.#socket = null;
  }

  /** False when there is no connection; the caller keeps what it has. */
  send(frame: Outgoing): boolean {
    if (!this.open) return false;
    this.#socket?.send(JSON.stringify(frame));
    return true;
  }

  get open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN && !this.#syncing;
  }

  /** "Retry now" in the connection strip. */
  readonly hurry = (): void => {
    this.#attempts = 0;
    if (this.#welcome) return this.#probe();
    // An attempt that began without a network may hang in it.
    this.#drop();
    this.#connect();
  };

  /** Cuts one wait short, once for each attempt: a box that takes HTTP but no socket is not stormed. */
  readonly hasten = (): void => {
    if (this.#socket || this.#hastened === this.#attempts) return;
    this.#hastened = this.#attempts;
    this.#again(FIRST_DELAY / 2);
  };

  // The network is back, or somebody looks again, perhaps after the machine slept.
  readonly #wake = (event: Event): void => {
    if (event.type === "online" || document.visibilityState === "visible") this.hurry();
  };

  // The browser says that there is no network: do not wait for a heartbeat to notice.
  readonly #offline = (): void => {
    if (this.#socket) this.#lost();
  };

  #connect(): void {
    if (!this.#wanted || this.#socket) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/v1/ws`, [SUBPROTOCOL]);
    this.#socket = socket;
    this.#syncing = true;
    this.#welcome = false;
    this.#expect(WELCOME_MILLISECONDS);
    socket.onopen = () => {
      socket.send(JSON.stringify({ t: "hello", dev: device(), cursor: this.#cursor } satisfies Outgoing));
    };
    socket.onmessage = (message) => {
      if (socket !== this.#socket) return;
      this.#heardAt = Date.now();
      const frame = parse(message.data);
      if (frame) this.#receive(frame);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#lost();
    };
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#welcome = false;
    this.#stopTimers();
    socket?.close();
  }

  #stopTimers(): void {
    window.clearTimeout(this.#retry);
    window.clearTimeout(this.#deadline);
    window.clearInterval(this.#beat);
  }

  #lost(): void {
    this.#drop();
    if (!this.#wanted) return;
    linkIs("offline");
    this.#attempts += 1;
    // Whether it was the network, the session or a sealed box, only an answer can tell.
    if (this.#attempts % PROBE_EVERY === 1) void me.get().catch(() => undefined);
    this.#again(backoff(this.#attempts));
  }

  #again(milliseconds: number): void {
    window.clearTimeout(this.#retry);
    this.#retry = window.setTimeout(() => this.#connect(), milliseconds);
  }

  #receive(frame: Incoming): void {
    switch (frame.t) {
      case "welcome":
        return this.#welcomed(frame.head, frame.hb ?? DEFAULT_HEARTBEAT_SECONDS);
      case "ev":
        return this.#changed(frame);
      case "page":
        return this.#page(frame);
      case "ack":
        return this.#listener.ack(frame);
      case "nack":
        return this.#listener.nack(frame);
      case "typing":
        return this.#listener.typing(frame.conv, frame.person);
      case "lag":
        if (this.#syncing) this.#lagged = true;
        else this.#sync();
        return undefined;
      case "bye": {
        const { min_ms = FIRST_DELAY, max_ms = LONGEST_DELAY } = frame.retry ?? {};
        this.#lost();
        return this.#again(min_ms + Math.random() * Math.max(0, max_ms - min_ms));
      }
      case "pong":
        return undefined;
    }
  }

  #welcomed(head: string, heartbeat: number): void {
    window.clearTimeout(this.#deadline);
    this.#welcome = true;
    this.#startHeartbeat(heartbeat);
    this.#missed = 0;
    this.#newest = null;
    this.#lagged = false;
    if (this.#cursor === null) this.#loadAll(head);
    else this.#sync();
  }

  /** We are subscribed already: what is loaded now can only overlap with events, never leave a gap. */
  #loadAll(head: string): void {
    const socket = this.#socket;
    // Until it is loaded there is nothing to go on from, also for the next connection.
    this.#cursor = null;
    const loaded = () => {
      this.#cursor = head;
      this.#pageDone();
    };
    void this.#listener.reset().then(
      () => (socket === this.#socket ? loaded() : undefined),
      () => (socket === this.#socket ? this.#lost() : undefined),
    );
  }

  #sync(): void {
    if (this.#cursor === null) return;
    this.#syncing = true;
    const frame: Outgoing = { t: "sync", from: this.#cursor, limit: SYNC_LIMIT };
    this.#socket?.send(JSON.stringify(frame));
  }

  #page(page: { items: SyncEvent[]; next: string; more: boolean; reset: boolean }): void {
    if (page.reset) return this.#loadAll(page.next);
    for (const event of page.items) {
      if (event.kind === "message") this.#missed += 1;
      this.#listener.event(event);
    }
    this.#advance(page.next);
    if (page.more) this.#sync();
    else this.#pageDone();
  }

  #pageDone(): void {
    if (!this.#lagged) return this.#caughtUp();
    this.#lagged = false;
    this.#sync();
  }

  #changed(event: SyncEvent): void {
    this.#listener.event(event);
    // While a sync runs, the pages decide how far we are: a live event may be ahead of a gap.
    if (this.#syncing) this.#newest = later(event.g, this.#newest) ? event.g : this.#newest;
    else this.#advance(event.g);
  }

  #caughtUp(): void {
    if (!this.#socket || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#syncing = false;
    if (this.#newest !== null) this.#advance(this.#newest);
    this.#attempts = 0;
    linkIs("online");
    if (!this.#first) caughtUp(this.#missed);
    this.#first = false;
    this.#listener.ready();
  }

  #advance(g: string): void {
    if (later(g, this.#cursor)) this.#cursor = g;
  }

  #startHeartbeat(seconds: number): void {
    const every = Math.max(5, seconds) * 1000;
    this.#beat = window.setInterval(() => this.#probe(), every);
  }

  /** Is the other end still there? */
  #probe(): void {
    this.#socket?.send('{"t":"ping"}');
    this.#expect(PONG_MILLISECONDS);
  }

  /** Something must be heard by then. */
  #expect(milliseconds: number): void {
    const since = Date.now();
    window.clearTimeout(this.#deadline);
    this.#deadline = window.setTimeout(() => {
      if (this.#heardAt < since || !this.#welcome) this.#lost();
    }, milliseconds);
  }
}

/** Full jitter: a thousand clients must not come back in the same instant. */
export function backoff(attempt: number, chance: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempt - 1));
  return FIRST_DELAY / 2 + chance() * (ceiling - FIRST_DELAY / 2);
}

function device(): string {
  const known = remembered("device");
  if (known) return known;
  const made = newId();
  remember("device", made);
  return made;
}
