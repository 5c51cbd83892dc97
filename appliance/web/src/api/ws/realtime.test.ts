import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SyncEvent } from "../types";
import { later } from "./protocol";
import { backoff, Realtime } from "./realtime";

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The log of a box, and the sockets that listen to it. */
class Log {
  events: SyncEvent[] = [];
  sockets = new Set<FakeSocket>();
  /** A pulled cable: nothing arrives, nothing is refused. */
  hole = false;
  /** Live events to a socket that is being cut may be lost. */
  lossy: () => boolean = () => false;

  append(): void {
    const event: SyncEvent = { g: String(this.events.length + 1), kind: "message", at: 0, conversation: "c" };
    this.events.push(event);
    for (const socket of this.sockets) if (socket.greeted && !this.lossy()) socket.hear({ t: "ev", ...event });
      else if (socket.greeted) socket.cut();
  }

  answer(socket: FakeSocket, frame: { t: string; from?: string }): void {
    if (frame.t === "hello") {
      socket.greeted = true;
      socket.hear({ t: "welcome", person: "1", server_time: 0, head: String(this.events.length), hb: 3600 });
    }
    if (frame.t === "ping") socket.hear({ t: "pong" });
    if (frame.t === "sync") {
      const from = Number(frame.from);
      const items = this.events.slice(from, from + 3);
      socket.hear({ t: "page", items, next: String(from + items.length), more: from + items.length < this.events.length, reset: false });
    }
  }
}

let log = new Log();

class FakeSocket {
  static readonly OPEN = 1;
  readyState = 0;
  greeted = false;
  starved = false;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor() {
    setTimeout(() => {
      if (this.readyState !== 0 || log.hole) return;
      this.readyState = 1;
      log.sockets.add(this);
      this.onopen?.();
    }, 1);
  }

  send(data: string): void {
    setTimeout(() => {
      if (this.readyState === 1 && !log.hole) log.answer(this, JSON.parse(data) as { t: string });
    }, 1);
  }

  hear(frame: object): void {
    if (this.readyState !== 1) return;
    // What a pulled cable swallowed never comes later: such a connection is broken when the cable is in again.
    if (log.hole) this.starved = true;
    else if (this.starved) this.cut();
    else this.onmessage?.({ data: JSON.stringify(frame) });
  }

  close(): void {
    this.readyState = 3;
    log.sockets.delete(this);
  }

  cut(): void {
    if (this.readyState !== 1) return;
    this.close();
    this.onclose?.();
  }
}

describe("realtime", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.stubGlobal("fetch", () => Promise.reject(new Error("no network in this test")));
    log = new Log();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const seen = new Set<string>();
  beforeEach(() => seen.clear());
  const listening = (reset: () => Promise<void>) =>
    new Realtime({ ready: () => undefined, event: (event) => seen.add(event.g), ack: () => undefined, nack: () => undefined, typing: () => undefined, reset });
  /** The list of everything, as the box has it at this moment. */
  const loadAll = () => Promise.resolve(log.events.forEach((event) => seen.add(event.g)));

  it("misses nothing over many cuts, pulled cables and loads that fail, whenever they come", async () => {
    const next = random(3);
    const client = listening(() => (next() < 0.3 ? Promise.reject(new Error("cut")) : loadAll()));
    log.lossy = () => next() < 0.05;
    client.start();
    for (let step = 0; step < 1500; step += 1) {
      const dice = next();
      if (dice < 0.6) log.append();
      else if (dice < 0.7) for (const socket of Array.from(log.sockets)) socket.cut();
      else if (dice < 0.72) log.hole = !log.hole;
      else if (dice < 0.75) for (const socket of Array.from(log.sockets)) socket.hear({ t: "lag", g: "0" });
      else await vi.advanceTimersByTimeAsync(Math.floor(next() * 400));
    }
    log.lossy = () => false;
    log.hole = false;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(client.open).toBe(true);
    expect(seen.size).toBe(log.events.length);
    client.stop();
  });

  it("loads everything again when the first load was cut off", async () => {
    log.append();
    let loads = 0;
    const client = listening(() => (++loads === 1 ? Promise.reject(new Error("cut")) : loadAll()));
    client.start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect([loads, client.open, seen.size]).toEqual([2, true, 1]);
    client.stop();
  });

  it("asks again for what was left out while it was catching up", async () => {
    const client = listening(loadAll);
    client.start();
    await vi.advanceTimersByTimeAsync(100);
    for (const socket of Array.from(log.sockets)) socket.cut();
    for (let n = 0; n < 5; n += 1) log.append();
    // Left out on the way, while the first page is being fetched; what comes after it arrives.
    const answer = log.answer.bind(log);
    let first = true;
    log.answer = (socket, frame) => {
      answer(socket, frame);
      if (frame.t !== "sync" || !first) return;
      first = false;
      log.sockets.delete(socket);
      log.append();
      log.sockets.add(socket);
      socket.hear({ t: "lag", g: "6" });
      log.append();
    };
    await vi.advanceTimersByTimeAsync(20_000);
    expect([client.open, seen.size]).toEqual([true, 7]);
    client.stop();
  });

  it("is back at once when the network is, also where nothing answered before", async () => {
    const client = listening(loadAll);
    client.start();
    await vi.advanceTimersByTimeAsync(100);
    log.hole = true;
    window.dispatchEvent(new Event("offline"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(client.open).toBe(false);
    log.hole = false;
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(20);
    expect(client.open).toBe(true);
    // A cable pulled without a word is noticed when somebody looks, and mended when it is in again.
    log.hole = true;
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(6000);
    expect(client.open).toBe(false);
    log.hole = false;
    await vi.advanceTimersByTimeAsync(8000 + 5000);
    expect(client.open).toBe(true);
    client.stop();
  });

  it("cuts one wait short for each attempt when HTTP goes through, and no more", async () => {
    let tries = 0;
    class Counted extends FakeSocket {
      constructor() {
        super();
        tries += 1;
        // Refused, as by a box that takes no more sockets.
        setTimeout(() => this.onclose?.(), 2);
      }
    }
    const client = listening(loadAll);
    vi.stubGlobal("WebSocket", Counted);
    log.hole = true;
    client.start();
    await vi.advanceTimersByTimeAsync(60_000);
    const before = tries;
    for (let n = 0; n < 50; n += 1) client.hasten();
    await vi.advanceTimersByTimeAsync(300);
    expect(tries - before).toBeLessThanOrEqual(2);
    vi.stubGlobal("WebSocket", FakeSocket);
    log.hole = false;
    client.hasten();
    await vi.advanceTimersByTimeAsync(300);
    expect(client.open).toBe(true);
    client.stop();
  });

  it("waits longer after each failure, and never in step with others", () => {
    expect(backoff(1, () => 1)).toBeLessThan(backoff(4, () => 1));
    expect(backoff(50, () => 1)).toBeLessThanOrEqual(8000);
    expect(backoff(3, () => 0)).not.toBe(backoff(3, () => 1));
  });

  it("compares commit numbers beyond what a double can hold", () => {
    expect(later("9007199254740993", "9007199254740992")).toBe(true);
    expect(later("10", "9")).toBe(true);
    expect(later("9", "10")).toBe(false);
    expect(later("1", null)).toBe(true);
  });
});
