import type { QueryClient } from "@tanstack/react-query";
import { idb } from "../lib/idb";
import { session } from "./session";

/** Ends the session and leaves nothing of the person in this browser. */
export async function signOut(client: QueryClient): Promise<void> {
  await session.signOut().catch(() => undefined);
  await idb.wipe().catch(() => undefined);
  client.clear();
}
