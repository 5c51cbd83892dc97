import { everything } from "../../api/client";
import { conversations } from "../../api/conversations";
import type { Member } from "../../api/types";

/** All members of a conversation, the owner first. */
export async function allMembers(id: string): Promise<Member[]> {
  const members = await everything((cursor) => conversations.members(id, cursor));
  return members.sort((a, b) => Number(b.role === "owner") - Number(a.role === "owner"));
}
