import { QueryClient } from "@tanstack/react-query";
import { isProblem } from "./problems";

const RETRIES = 2;

/** What the box refused is not asked again; what never reached it is. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => isProblem(error, "offline") && count < RETRIES,
      retryDelay: (attempt) => 500 * 2 ** attempt,
    },
  },
});

/** Names of what is held, so that an event or an act can refresh exactly that. */
export const keys = {
  me: ["me"] as const,
  status: ["status"] as const,
  sessions: ["sessions"] as const,
  secondFactors: ["second-factors"] as const,
  signIns: ["sign-ins"] as const,
  signInPolicy: ["sign-in-policy"] as const,
  personSessions: (uid: string) => ["person-sessions", uid] as const,
  appPasswords: ["app-passwords"] as const,
  people: (query: object) => ["people", query] as const,
  person: (uid: string) => ["person", uid] as const,
  departments: (parent: string | null, reach = "seen") => ["departments", parent, reach] as const,
  department: (id: string, reach = "seen") => ["department", id, reach] as const,
  members: (conversation: string) => ["members", conversation] as const,
  readers: (conversation: string, seq: number) => ["readers", conversation, seq] as const,
  spaces: ["spaces"] as const,
  node: (id: string) => ["node", id] as const,
  allChildren: ["children"] as const,
  children: (id: string, sort: string) => ["children", id, sort] as const,
  folders: (id: string) => ["children", id, "folders"] as const,
  versions: (id: string) => ["versions", id] as const,
  trash: (space: string) => ["trash", space] as const,
  search: (parts: object) => ["search", parts] as const,
  adminPeople: (query: object) => ["admin-people", query] as const,
  personFields: ["person-fields"] as const,
  imports: ["imports"] as const,
  import: (id: string) => ["import", id] as const,
  importRows: (id: string, outcome: string) => ["import", id, "rows", outcome] as const,
  roles: ["roles"] as const,
  delegations: ["delegations"] as const,
  holdings: (filter: object) => ["holdings", filter] as const,
  connectors: ["connectors"] as const,
  hsm: ["hsm"] as const,
  renewals: ["renewals"] as const,
  shreds: ["shreds"] as const,
  holds: ["holds"] as const,
  openings: ["openings"] as const,
  auditEntries: (filter: object) => ["audit", filter] as const,
  auditEntry: (index: number) => ["audit-entry", index] as const,
  auditActions: ["audit-actions"] as const,
  evidence: ["evidence"] as const,
  witnesses: ["witnesses"] as const,
  checkpoint: ["checkpoint"] as const,
  savedFilters: ["saved-filters"] as const,
};
