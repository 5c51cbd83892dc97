// Every address of the client. Features meet here: nobody writes a URL by hand.

const part = encodeURIComponent;

function query(values: Record<string, string | undefined>): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  if (pairs.length === 0) return "";
  return `?${new URLSearchParams(pairs as [string, string][]).toString()}`;
}

export type SearchKind = "all" | "people" | "conversations" | "messages" | "files";
export type SettingsSection = "account" | "sign-in" | "sessions" | "app-passwords" | "appearance" | "my-data";

export const paths = {
  signIn: (next?: string) => `/login${query({ next })}`,
  enrol: () => "/enrol",
  messages: () => "/im",
  conversation: (id: string) => `/im/c/${part(id)}`,
  message: (conversation: string, seq: number) => `/im/c/${part(conversation)}/m/${seq}`,
  people: () => "/people",
  department: (id: string) => `/people/d/${part(id)}`,
  person: (uid: string) => `/people/u/${part(uid)}`,
  departmentPerson: (department: string, uid: string) => `/people/d/${part(department)}/u/${part(uid)}`,
  drive: () => "/drive",
  node: (id: string, select?: string) => `/drive/n/${part(id)}${query({ select })}`,
  trash: (space: string) => `/drive/trash/${part(space)}`,
  search: (q = "", kind: SearchKind = "all") => `/search${query({ q, kind: kind === "all" ? undefined : kind })}`,
  settings: (section: SettingsSection = "account") => `/settings/${section}`,
  adminPeople: (desk: "people" | "leaving" | "data" = "people") => `/admin/${desk}`,
  adminDepartments: () => "/admin/departments",
  adminFields: () => "/admin/fields",
  adminTags: () => "/admin/tags",
  adminImport: (id?: string) => (id ? `/admin/import/${part(id)}` : "/admin/import"),
  adminDelegations: () => "/admin/delegations",
  securityRoles: () => "/security/roles",
  explain: () => "/security/explain",
  review: (console: "security" | "audit") => `/${console}/review`,
  securityConnectors: () => "/security/connectors",
  securitySight: () => "/security/visibility",
  securitySignIn: () => "/security/sign-in",
  securityKeys: () => "/security/keys",
  securityShreds: () => "/security/shreds",
  auditTimeline: (filter: Record<string, string | undefined> = {}) => `/audit/timeline${query(filter)}`,
  auditVerify: () => "/audit/verify",
  auditExport: () => "/audit/export",
  auditHolds: () => "/audit/holds",
  auditOpenings: (content: { kind?: string; id?: string } = {}) => `/audit/openings${query(content)}`,
  auditWitnesses: () => "/audit/witnesses",
  auditEvidence: () => "/audit/evidence",
} as const;
