import type { Role } from "../../api/types";
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

/** The consoles of the roles that somebody holds: with exclusive roles at most one. */
export const consolesOf = (roles: readonly Role[]): ConsoleEntry[] => ALL.filter((entry) => roles.includes(entry.role));
