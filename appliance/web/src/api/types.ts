// The shapes of the API as API.md names them. Ids are strings, instants microseconds, sizes bytes.
import type { Interval } from "../lib/intervals";

export type Role = "system" | "security" | "audit";
export type Theme = "system" | "light" | "dark";
export type Locale = "zh-CN" | "en";
export type PersonState = "invited" | "active" | "frozen" | "leaving" | "erased";

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export interface PersonRef {
  id: string;
  uid: string;
  name: string;
  avatar_hue?: number;
}

export interface Membership {
  id: string;
  name: string;
  main: boolean;
  title?: string | null;
}

export interface Person extends PersonRef {
  pinyin?: string | null;
  title?: string | null;
  departments: Membership[];
  state: PersonState;
}

export interface Named {
  id: string;
  name: string;
}

export interface PersonCard extends Person {
  mail?: string | null;
  mobile?: string | null;
  phone?: string | null;
  employee_no?: string | null;
  manager?: PersonRef | null;
  department_paths?: Named[][];
  work_place?: string | null;
  hired_on?: string | null;
}

export interface Me {
  person: PersonCard;
  roles: Role[];
  locale?: Locale | null;
  theme?: Theme | null;
  enterprise: { name: string };
  must_change_password: boolean;
  server_time: number;
}

export interface Session {
  id: string;
  created_at: number;
  seen_at: number;
  address?: string | null;
  agent?: string | null;
  door: string;
  current: boolean;
}

export interface AppPassword {
  id: string;
  label: string;
  door: "webdav" | "any";
  created_at: number;
  used_at?: number | null;
}

export interface Department {
  id: string;
  name: string;
  parent?: string | null;
  people: number;
  children: number;
}

export interface DepartmentDetail extends Department {
  path: Named[];
}

export interface NewPerson {
  uid: string;
  name: string;
  title?: string;
  mail?: string;
  mobile?: string;
  departments: string[];
  main?: string;
  manager?: string;
  password?: string;
}

/** What is absent stays; null clears. */
export interface PersonPatch {
  name?: string;
  title?: string | null;
  mail?: string | null;
  mobile?: string | null;
  departments?: string[];
  main?: string;
  manager?: string | null;
}

export type ImportOutcome = "new" | "changed" | "same" | "error";

export interface ImportColumn {
  index: number;
  heading: string;
  field?: string | null;
  sample: string[];
}

export interface Import {
  id: string;
  name: string;
  created_at: number;
  state: "checked" | "applied" | "expired";
  columns: ImportColumn[];
  fields: { key: string; required: boolean }[];
  counts: {
    rows: number;
    new: number;
    changed: number;
    same: number;
    error: number;
    warning: number;
    departments_new: number;
  };
  encoding?: string | null;
}

export interface ImportRow {
  row: number;
  outcome: ImportOutcome;
  uid?: string | null;
  name?: string | null;
  changes: { field: string; from?: string | null; to?: string | null }[];
  problems: { field?: string | null; severity: "error" | "warning"; code: string; value?: string | null; hint?: string | null }[];
}

export interface RoleGrant {
  role: Role;
  person: PersonRef;
  granted_at: number;
  granted_by?: PersonRef | null;
  reason?: string | null;
}

export interface Hsm {
  state: string;
  token: { label: string; serial: string; model: string; manufacturer: string; software: boolean };
  mechanism: string;
  epoch: number;
  keys: { domains: number; data: number; spare: number };
  last_probe_at?: number | null;
  probe_microseconds: number;
  operations: number;
  audit_key: { vkey: string };
}

export type AuditOutcome = "success" | "refused" | "failed";

export interface AuditEntry {
  index: number;
  at: number;
  action: string;
  actor: { uid?: string | null; name?: string | null; kind: "person" | "system" | "stranger" };
  source: { door: string; address?: string | null };
  object: { kind: string; id: string; name?: string | null };
  outcome: AuditOutcome;
  code?: string | null;
  request?: string | null;
}

export interface AuditEntryDetail extends AuditEntry {
  details: Record<string, unknown>;
  leaf: string;
  size: number;
  proof: string[];
}

export interface Verification {
  verdict: "clean" | "bad" | "cannot-tell";
  size: number;
  root: string;
  checked_entries: number;
  first_bad?: number | null;
  findings: { index?: number | null; kind: string; what: string }[];
  key: string;
  milliseconds: number;
}

export interface AuditFilter {
  from?: number;
  to?: number;
  actor?: string;
  action?: string;
  object?: string;
  outcome?: string;
}

export type Body =
  | { type: "text"; text: string }
  | { type: "file"; node: string; name: string; size: number; media?: string | null }
  | { type: "event"; event: "created" | "joined" | "left" | "renamed"; actor: PersonRef; people: PersonRef[]; count?: number; title?: string | null };

/** What a client may send. */
export type NewBody = Exclude<Body, { type: "event" }>;

export interface Message {
  id: string;
  conversation: string;
  seq: number;
  g: string;
  at: number;
  sender: PersonRef;
  cid?: string | null;
  /** Absent once recalled. */
  body?: Body | null;
  recalled?: boolean;
  reads: number;
}

export interface Conversation {
  id: string;
  kind: "direct" | "group";
  title?: string | null;
  peer?: PersonRef | null;
  members: number;
  head_seq: number;
  joined_seq: number;
  last?: Message | null;
  unread: number;
  read: Interval[];
  muted: boolean;
  pinned: boolean;
  owner?: PersonRef | null;
  created_at: number;
  g: string;
}

export interface Member {
  person: PersonRef & Partial<Person>;
  role: "owner" | "member";
  joined_seq: number;
  joined_at: number;
}

export interface Readers {
  read: { person: PersonRef; at?: number | null }[];
  unread: { person: PersonRef }[];
}

export interface Attachment {
  node: string;
  name: string;
  size: number;
  media?: string | null;
}

/** One change of the log: every field but `g` and `kind` depends on the kind. */
export interface SyncEvent {
  g: string;
  kind: string;
  conversation?: string | null;
  message?: Message | null;
  /** Of a `read`: who read. */
  person?: string | null;
  /** Of a `read`: what was newly read. */
  ranges?: Interval[] | null;
  /** Of an `own`: only this person's devices hear of it. */
  own?: { change: "settings"; muted: boolean; pinned: boolean } | { change: "left" } | null;
}

export interface SyncPage {
  items: SyncEvent[];
  next: string;
  more: boolean;
  reset: boolean;
}

export interface Space {
  id: string;
  kind: "personal" | "department" | "conversation";
  name: string;
  department?: string | null;
  root: string;
  used_bytes: number;
  quota_bytes: number;
  role: "manager" | "editor" | "reader";
}

export interface Node {
  id: string;
  space: string;
  parent?: string | null;
  kind: "folder" | "file";
  name: string;
  size: number;
  etag: string;
  media?: string | null;
  changed_at: number;
  changed_by?: PersonRef | null;
  version?: string | null;
  children?: number | null;
  rights: string[];
}

export interface NodeDetail extends Node {
  path: Named[];
}

export interface TrashedNode extends Node {
  deleted_at: number;
  deleted_by?: PersonRef | null;
  /** Names of the folders it was in, from the space's root. */
  from_path: string[];
}

export interface Version {
  version: string;
  size: number;
  at: number;
  author?: PersonRef | null;
  current: boolean;
}

export interface Upload {
  id: string;
  offset: number;
  size: number;
  expires_at: number;
}

export type OnConflict = "version" | "rename" | "refuse";

export type Range = readonly [from: number, to: number];

export interface PeopleHit {
  kind: "people";
  person: Person;
  matched: { field: "name" | "pinyin" | "initials" | "uid"; ranges: Range[] };
}
export interface ConversationHit {
  kind: "conversations";
  conversation: { id: string; title?: string | null; kind: "direct" | "group"; peer?: PersonRef | null; members?: number };
  ranges?: Range[] | null;
}
export interface MessageHit {
  kind: "messages";
  message: { conversation: string; seq: number; at: number; sender: PersonRef };
  conversation_title: string;
  snippet: { text: string; ranges: Range[] };
}
export interface FileHit {
  kind: "files";
  node: Node;
  path: Named[];
  /** The conversation that it is attached to. */
  conversation?: string | null;
  /** In the name. */
  ranges?: Range[] | null;
  /** From the text; absent where only the name was found. */
  snippet?: { text: string; ranges: Range[] } | null;
}
export type Hit = PeopleHit | ConversationHit | MessageHit | FileHit;
export type HitKind = Hit["kind"];

export interface HitGroup {
  kind: HitKind;
  items: Hit[];
  total?: number | null;
  next?: string | null;
}

export interface SearchAnswer {
  groups: HitGroup[];
  partial: boolean;
  took_milliseconds: number;
}

export interface SearchPage extends Page<Hit> {
  total?: number | null;
  partial: boolean;
  took_milliseconds?: number;
}

export interface Status {
  state: string;
  name?: string | null;
  version?: string | null;
  since?: number | null;
  languages?: string[];
}
