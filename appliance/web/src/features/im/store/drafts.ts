import { idb } from "../../../lib/idb";
import { im, ownId, useIm } from "./store";

interface Draft {
  person: string;
  conversation: string;
  text: string;
}

const WAIT_MILLISECONDS = 300;
const timers = new Map<string, number>();

export async function restoreDrafts(): Promise<void> {
  const stored = await idb.all<Draft>("drafts").catch(() => []);
  const drafts: Record<string, string> = {};
  for (const { person, conversation, text } of stored) {
    if (person === ownId()) drafts[conversation] = text;
    else await idb.remove("drafts", conversation).catch(() => undefined);
  }
  useIm.setState({ drafts });
}

export const draftOf = (conversation: string): string => im().drafts[conversation] ?? "";

export function keepDraft(conversation: string, text: string): void {
  if (draftOf(conversation) === text) return;
  useIm.setState(({ drafts }) => ({ drafts: { ...drafts, [conversation]: text } }));
  window.clearTimeout(timers.get(conversation));
  timers.set(conversation, window.setTimeout(() => store(conversation), text === "" ? 0 : WAIT_MILLISECONDS));
}

function store(conversation: string): void {
  const text = draftOf(conversation);
  const draft: Draft = { person: ownId(), conversation, text };
  const done = text === "" ? idb.remove("drafts", conversation) : idb.put("drafts", conversation, draft);
  void done.catch(() => undefined);
}
