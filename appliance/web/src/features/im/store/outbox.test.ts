import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Message, NewBody } from "../../../api/types";
import type { Outgoing } from "../../../api/ws/protocol";
import type { Realtime } from "../../../api/ws/realtime";
import { idb } from "../../../lib/idb";
import { acknowledged, discard, flush, refusedFrame, restore, retry, sendOver, sendText } from "./outbox";
import { forget, held, im, putConversation, putTimeline, timelineOf, useIm } from "./store";
import { emptyTimeline } from "./timeline";

const person = { id: "7", uid: "lin", name: "林", avatar_hue: 1 };

/** The box: takes each client id once, whatever is sent again. */
class Box {
  messages: Message[] = [];
  heard: string[] = [];
  online = true;
  mute = false;

  readonly realtime = {
    send: (frame: Outgoing) => {
      if (!this.online || frame.t !== "send") return false;
      this.take(frame.cid, frame.body);
      return true;
    },
    open: true,
  } as unknown as Realtime;

  take(cid: string, body: NewBody): Message {
    this.heard.push(cid);
    let message = this.messages.find((one) => one.cid === cid);
    if (!message) {
      const seq = this.messages.length + 1;
      message = { id: `c-${seq}`, conversation: "c", seq, g: String(seq), at: seq, sender: person, cid, body: body as Message["body"], reads: 0 };
      this.messages.push(message);
    }
    if (!this.mute) acknowledged({ t: "ack", cid, conv: "c", seq: message.seq, g: message.g, at: message.at, id: message.id });
    return message;
  }
}

const pending = () => im().pending["c"] ?? [];
const texts = () => timelineOf("c").messages.map((message) => (message.body?.type === "text" ? message.body.text : ""));
const stored = () => idb.all("outbox");
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("outbox", () => {
  let box: Box;

  beforeEach(async () => {
    await idb.wipe();
    forget();
    useIm.setState({ person });
    putConversation(
      held({ id: "c", kind: "group", members: 3, head_seq: 0, joined_seq: 0, unread: 0, read: [], muted: false, pinned: false, created_at: 0, g: "0" }),
    );
    putTimeline("c", { ...emptyTimeline, atStart: true, atEnd: true });
    box = new Box();
    sendOver(box.realtime);
  });
  afterEach(() => vi.restoreAllMocks());

  it("sends, and is empty once acknowledged", async () => {
    sendText("c", "一");
    sendText("c", "二");
    await settle();
    expect(texts()).toEqual(["一", "二"]);
    expect(pending()).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it("keeps what was written without a network, also over a reload, and sends it once, in order", async () => {
    box.online = false;
    sendText("c", "一");
    sendText("c", "二");
    await settle();
    expect(pending().map((one) => one.state)).toEqual(["waiting", "waiting"]);
    // A reload: only IndexedDB remains.
    useIm.setState({ pending: {} });
    await restore();
    box.online = true;
    flush();
    flush();
    await settle();
    expect(box.messages.map((message) => message.body)).toEqual([{ type: "text", text: "一" }, { type: "text", text: "二" }]);
    expect(texts()).toEqual(["一", "二"]);
    expect(await stored()).toEqual([]);
  });

  it("doubles nothing when the acknowledgement is lost and the message goes out again", async () => {
    box.mute = true;
    sendText("c", "一");
    expect(pending()[0]?.state).toBe("sending");
    box.mute = false;
    flush();
    await settle();
    expect(box.heard.length).toBe(2);
    expect(box.messages.length).toBe(1);
    expect(texts()).toEqual(["一"]);
    expect(pending()).toEqual([]);
  });

  it("shows what the box refuses, and lets the person retry or give up", async () => {
    box.mute = true;
    sendText("c", "一");
    sendText("c", "二");
    const [first, second] = pending();
    refusedFrame({ t: "nack", cid: first?.cid ?? "", problem: { code: "forbidden" } });
    refusedFrame({ t: "nack", cid: second?.cid ?? "", problem: { code: "busy" } });
    expect(pending().map((one) => one.state)).toEqual(["failed", "waiting"]);
    expect(pending()[0]?.problem).toBe("forbidden");
    box.mute = false;
    retry("c", first?.cid ?? "");
    discard("c", second?.cid ?? "");
    await settle();
    expect(pending()).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it("does not send what another person left in this browser", async () => {
    await idb.put("outbox", "x", { cid: "x", conversation: "c", person: "8", at: 1, body: { type: "text", text: "别人的" }, state: "waiting" });
    await restore();
    flush();
    expect(box.messages).toEqual([]);
  });
});
