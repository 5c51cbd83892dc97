import { useMe } from "./api/useMe";
import { NotFound } from "./features/shell/Lost";
import { late } from "./lib/late";
import { found, type PageComponent } from "./lib/places";

// The pages of the three administrators: their addresses too come only when one of them goes there.

const AdminPeople = late(() => import("./features/admin/People"));
const AdminDepartments = late(() => import("./features/admin/Departments"));
const AdminFields = late(() => import("./features/admin/Fields"));
const AdminImport = late(() => import("./features/admin/import/ImportPage"));
const AdminDelegations = late(() => import("./features/rights/Delegations"));
const Explain = late(() => import("./features/rights/Explain"));
const Review = late(() => import("./features/rights/Review"));
const AdminTags = late(() => import("./features/sight/Tags"));
const SecuritySight = late(() => import("./features/sight/Visibility"));
const SecurityRoles = late(() => import("./features/security/Roles"));
const SecurityConnectors = late(() => import("./features/security/Connectors"));
const SecurityKeys = late(() => import("./features/security/Keys"));
const SecuritySignIn = late(() => import("./features/security/SignInPolicy"));
const SecurityShreds = late(() => import("./features/custody/Shreds"));
const AuditOpenings = late(() => import("./features/custody/Openings"));
const AuditHolds = late(() => import("./features/custody/Holds"));
const AuditTimeline = late(() => import("./features/audit/Timeline"));
const AuditVerify = late(() => import("./features/audit/Verify"));
const AuditExport = late(() => import("./features/audit/Export"));
const AuditWitnesses = late(() => import("./features/audit/Witnesses"));
const AuditEvidence = late(() => import("./features/audit/Evidence"));

const PAGES: { path: RegExp; page: PageComponent }[] = [
  { path: /^\/admin(?:\/(?<desk>people|leaving|data))?$/, page: AdminPeople },
  { path: /^\/admin\/departments$/, page: AdminDepartments },
  { path: /^\/admin\/delegations$/, page: AdminDelegations },
  { path: /^\/admin\/fields$/, page: AdminFields },
  { path: /^\/admin\/tags$/, page: AdminTags },
  { path: /^\/admin\/import(?:\/(?<id>[^/]+))?$/, page: AdminImport },
  { path: /^\/security(?:\/keys)?$/, page: SecurityKeys },
  { path: /^\/security\/roles$/, page: SecurityRoles },
  { path: /^\/security\/explain$/, page: Explain },
  { path: /^\/(?:security|audit)\/review$/, page: Review },
  { path: /^\/security\/connectors$/, page: SecurityConnectors },
  { path: /^\/security\/visibility$/, page: SecuritySight },
  { path: /^\/security\/sign-in$/, page: SecuritySignIn },
  { path: /^\/security\/shreds$/, page: SecurityShreds },
  { path: /^\/audit\/openings$/, page: AuditOpenings },
  { path: /^\/audit\/holds$/, page: AuditHolds },
  { path: /^\/audit(?:\/timeline)?$/, page: AuditTimeline },
  { path: /^\/audit\/verify$/, page: AuditVerify },
  { path: /^\/audit\/export$/, page: AuditExport },
  { path: /^\/audit\/witnesses$/, page: AuditWitnesses },
  { path: /^\/audit\/evidence$/, page: AuditEvidence },
];

/** What of it is also for somebody to whom a part of the directory is delegated. */
const DELEGATED = /^\/admin(?:\/(?:people|departments))?$/;

export default function ConsolePage({ place }: { place: string }) {
  const { roles } = useMe();
  const page = roles.length > 0 || DELEGATED.test(place) ? found(PAGES, place) : undefined;
  return page ? <page.page params={page.params} /> : <NotFound />;
}
