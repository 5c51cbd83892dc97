import type { AuditEntry, AuditOutcome } from "../../api/types";
import type { ShapeName, Tone } from "../../ui/StateShape";
import type { useTexts } from "./texts";

type Texts = ReturnType<typeof useTexts>;

/** Known actions in words; an unknown one as it is, because hiding it would be worse. */
export const actionWord = (action: string, t: Texts): string => (action in t.actions ? t.actions[action as keyof typeof t.actions] : action);

export const doorWord = (door: string, t: Texts): string => (door in t.doors ? t.doors[door as keyof typeof t.doors] : door);

export function actorWord(actor: AuditEntry["actor"], t: Texts): string {
  if (actor.kind === "system") return t.system;
  if (actor.kind === "stranger") return actor.uid ?? t.stranger;
  return actor.name ?? actor.uid ?? "—";
}

export function objectWord(object: AuditEntry["object"], t: Texts): string {
  const kind = object.kind in t.kinds ? t.kinds[object.kind as keyof typeof t.kinds] : object.kind;
  // A role's id is "role/person".
  const role = object.kind === "role" ? object.id.split("/")[0] : undefined;
  const id = role && role in t.roles ? t.roles[role as keyof typeof t.roles] : object.id;
  return `${kind} ${object.name ?? id}`.trim();
}

/** Success in a long list stays grey; red is for what was refused. */
export const OUTCOMES: Record<AuditOutcome, { shape: ShapeName; tone: Tone }> = {
  success: { shape: "ok", tone: "off" },
  refused: { shape: "dia", tone: "bad" },
  failed: { shape: "tri", tone: "warn" },
};
