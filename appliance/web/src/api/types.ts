// Names for the shapes of the API. The shapes themselves come from the box's document (schema.ts); written by hand is
// only what the document does not describe: frames of the WebSocket, and pages of one kind of hit.
import type { components } from "./schema";

type Schemas = components["schemas"];

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export type Role = Schemas["Role"];
export type Power = Schemas["Power"];
export type Delegation = Schemas["Delegation"];
export type Explained = Schemas["Explained"];
export type ExplainedAct = Schemas["ExplainedAct"];
export type Holding = Schemas["Holding"];
export type HoldingKind = Schemas["HoldingKind"];
export type Theme = Schemas["Theme"];
export type Locale = Schemas["Locale"];
export type Me = Schemas["Me"];
export type Session = Schemas["SessionView"];
export type PasswordRules = Schemas["PasswordRules"];
export type SignInPolicy = Schemas["SignInPolicy"];
export type PasswordPolicy = Schemas["PasswordPolicy"];
export type Requirement = Schemas["Requirement"];
export type Factor = Schemas["Factor"];
export type Passkey = Schemas["Passkey"];
export type NewTotp = Schemas["NewTotp"];
export type AppPassword = Schemas["AppPassword"];
export type Status = Schemas["Status"];
export type Enrolment = Schemas["Enrolment"];
export type NewEnrolment = Schemas["NewEnrolment"];
export type ServerCode = Schemas["Problem"]["code"];

export type PersonRef = Schemas["PersonRef"];
export type Person = Schemas["Person"];
export type PersonCard = Schemas["PersonCard"];
export type PersonState = Schemas["PersonState"];
export type Department = Schemas["Department"];
export type DepartmentDetail = Schemas["DepartmentDetail"];
export type CardField = Schemas["CardField"];
export type PersonField = Schemas["PersonField"];
export type PersonFieldSettings = Schemas["PersonFieldSettings"];
export type FieldKind = Schemas["FieldKind"];
export type Sensitivity = Schemas["Sensitivity"];
/** Values of the enterprise's own fields, by key; an empty list clears. */
export type FieldValues = Record<string, string[]>;
export type NewPerson = Omit<Schemas["NewPerson"], "cid">;
export type PersonPatch = Schemas["PersonChange"];

export type Departure = Schemas["Departure"];
export type HandoverItem = Schemas["HandoverItem"];
export type HandoverKind = Schemas["HandoverKind"];
export type DataRequest = Schemas["DataRequest"];
export type NewDataRequest = Schemas["NewDataRequest"];
export type RequestField = Schemas["RequestField"];

export type Import = Schemas["Import"];
export type ImportEntry = Schemas["ImportEntry"];
export type ImportRow = Schemas["ImportRow"];
export type ImportOutcome = Schemas["RowOutcome"];

export type RoleGrant = Schemas["RoleGrant"];
export type Hsm = Schemas["Hsm"];
export type Connector = Schemas["Connector"];
export type NewConnector = Schemas["NewConnector"];
export type ConnectorSettings = Schemas["ConnectorSettings"];
export type Subject = Schemas["Subject"];
export type SubjectKind = Schemas["SubjectKind"];
export type Renewal = Schemas["Renewal"];
export type Shred = Schemas["Shred"];
export type Hold = Schemas["Hold"];
export type SealedContent = Schemas["SealedContent"];
export type Opening = Schemas["Opening"];
export type Opened = Schemas["Opened"];

export type AuditEntry = Schemas["AuditEntry"];
export type AuditEntryDetail = Schemas["AuditEntryDetail"];
export type AuditOutcome = Schemas["Ending"];
export type AuditFilter = Schemas["EntryFilter"];
/** The same, as it stands in an address: what is absent asks for everything. */
export type AuditQuery = { [K in keyof AuditFilter]?: NonNullable<AuditFilter[K]> };
export type Verification = Schemas["Verification"];
export type Evidence = Schemas["Evidence"];
export type Witness = Schemas["Witness"];
export type ExportFormat = "archive" | "csv" | "json-lines";
export type SavedFilter = Schemas["SavedFilter"];
export type SavedChoice = Schemas["SavedChoice"];

export type Conversation = Schemas["Conversation"];
export type Member = Schemas["ConversationMember"];
export type Message = Schemas["Message"];
export type Body = Schemas["MessageBody"];
/** What a client may send. */
export type NewBody = Schemas["NewBody"];
export type Readers = Schemas["Readers"];
export type Attachment = Schemas["Attachment"];
export type SyncPage = Schemas["SyncPage"];
export type ConversationChange = Schemas["ConversationChange"];
/** One change as the WebSocket brings it: those of `sync`, and that something on the drive is different. */
export type SyncEvent = ConversationChange | { kind: "drive"; g: string };

export type Space = Schemas["DriveSpace"];
export type Node = Schemas["DriveNode"];
export type Right = Schemas["DriveRight"];
export type NodeDetail = Schemas["DriveNodeDetail"];
export type TrashedNode = Schemas["DriveTrashItem"];
export type Version = Schemas["DriveVersion"];
export type Upload = Schemas["DriveUpload"];
export type NewUpload = Schemas["DriveNewUpload"];
export type OnConflict = Schemas["DriveOnConflict"];

export type Range = readonly [from: number, to: number];
export type Hit = Schemas["SearchHit"];
export type HitKind = Hit["kind"];
type OfKind<K extends HitKind> = Extract<Hit, { kind: K }>;
export type PeopleHit = OfKind<"people">;
export type ConversationHit = OfKind<"conversations">;
export type MessageHit = OfKind<"messages">;
export type FileHit = OfKind<"files">;
/** Of `kind=all`, and of one kind. */
export type SearchAnswer = Schemas["SearchGroups"];
export type SearchPage = Schemas["SearchList"];
export type HitGroup = Schemas["SearchGroup"];

export type PeopleSubject = Schemas["PeopleSubject"];
export type NamedSubject = Schemas["NamedSubject"];
export type Tag = Schemas["Tag"];
export type TagRule = Schemas["TagRule"];
export type TagCondition = Schemas["TagCondition"];
export type TagMember = Schemas["TagMember"];
export type VisibilityRule = Schemas["VisibilityRule"];
export type VisibilityRuleSettings = Schemas["VisibilityRuleSettings"];
export type RuleEffect = Schemas["RuleEffect"];
export type MaskedField = Schemas["MaskedField"];
export type SightExplanation = Schemas["SightExplanation"];
export type SightVerdict = Schemas["SightVerdict"];
