import type { Me, Role } from "../../api/types";
import { paths } from "../../lib/paths";
import type { IconName } from "../../ui/Icon";

export interface ConsoleEntry {
  role: Role;
  to: string;
  under: string;
  icon: IconName;
  label: "admin" | "security" | "audit";
}

const ALL: ConsoleEntry[] = [
  { role: "system", to: paths.adminPeople(), under: "/admin", icon: "building", label: "admin" },
  { role: "security", to: paths.securityKeys(), under: "/security", icon: "shield", label: "security" },
  { role: "audit", to: paths.auditTimeline(), under: "/audit", icon: "audit", label: "audit" },
];

type Rights = Pick<Me, "roles" | "delegated">;

/** Somebody who keeps a part of the directory is at the desk of the system administrator, with fewer drawers. */
export const entersConsole = ({ roles, delegated }: Rights, role: Role): boolean => roles.includes(role) || (role === "system" && Boolean(delegated?.length));

/** The consoles of the roles that somebody holds: with exclusive roles at most one. */
export const consolesOf = (rights: Rights): ConsoleEntry[] => ALL.filter((entry) => entersConsole(rights, entry.role));
