import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useCallback, useEffect, useState, type ComponentType, type LazyExoticComponent, type ReactNode } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { useLive } from "./api/live";
import { isProblem } from "./api/problems";
import { keys } from "./api/query";
import { me } from "./api/session";
import type { Me, Role } from "./api/types";
import Messages from "./features/im/Messages";
import { startMessages } from "./features/im/store/start";
import { useOwnPreferences } from "./features/session/preferences";
import SignIn from "./features/session/SignIn";
import { signOut } from "./api/signOut";
import { Closed } from "./features/shell/Closed";
import { Frame } from "./features/shell/Frame";
import { Fence, NoBox, NotFound, NotYours } from "./features/shell/Lost";
import { late } from "./lib/late";
import { closePalette, usePalette } from "./lib/palette";
import { paths } from "./lib/paths";

// Every page of the product, on one screen. Messages come with the first load; the rest when somebody goes there.

type Params = Record<string, string | undefined>;
type PageComponent = ComponentType<{ params: Params }> | LazyExoticComponent<ComponentType<{ params: Params }>>;

const Contacts = late(() => import("./features/directory/Contacts"));
const Drive = late(() => import("./features/drive/Drive"));
const Trash = late(() => import("./features/drive/Trash"));
const SearchPage = late(() => import("./features/search/SearchPage"));
const Settings = late(() => import("./features/settings/Settings"));
const AdminPeople = late(() => import("./features/admin/People"));
const AdminDepartments = late(() => import("./features/admin/Departments"));
const AdminImport = late(() => import("./features/admin/import/ImportPage"));
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
const loadPalette = () => import("./features/search/Palette");
const Palette = late(loadPalette);
const ConsoleFrame = late(() => import("./features/shell/ConsoleFrame").then((module) => ({ default: module.ConsoleFrame })));
const UploadTray = late(() => import("./features/drive/upload/UploadTray"));
const Enrol = late(() => import("./features/session/Enrol"));
const StepUp = late(() => import("./features/session/StepUp"));
const MustEnrol = late(() => import("./features/settings/MustEnrol"));
const MustChange = late(() => import("./features/session/MustChange"));

/** Pages of everybody, inside the frame. One component may have several addresses: it stays mounted between them. */
const PAGES: { path: RegExp; page: PageComponent }[] = [
  { path: /^\/im(?:\/c\/(?<conversation>[^/]+)(?:\/m\/(?<message>\d+))?)?$/, page: Messages },
  { path: /^\/people(?:\/d\/(?<department>[^/]+))?(?:\/u\/(?<uid>[^/]+))?$/, page: Contacts },
  { path: /^\/drive\/trash\/(?<space>[^/]+)$/, page: Trash },
  { path: /^\/drive(?:\/n\/(?<node>[^/]+))?$/, page: Drive },
  { path: /^\/search$/, page: SearchPage },
  { path: /^\/settings(?:\/(?<section>[^/]+))?$/, page: Settings },
];

/** Pages of the three administrators. */
const CONSOLES: { path: RegExp; page: PageComponent; role: Role }[] = [
  { path: /^\/admin(?:\/people)?$/, page: AdminPeople, role: "system" },
  { path: /^\/admin\/departments$/, page: AdminDepartments, role: "system" },
  { path: /^\/admin\/tags$/, page: AdminTags, role: "system" },
  { path: /^\/admin\/import(?:\/(?<id>[^/]+))?$/, page: AdminImport, role: "system" },
  { path: /^\/security(?:\/keys)?$/, page: SecurityKeys, role: "security" },
  { path: /^\/security\/roles$/, page: SecurityRoles, role: "security" },
  { path: /^\/security\/connectors$/, page: SecurityConnectors, role: "security" },
  { path: /^\/security\/visibility$/, page: SecuritySight, role: "security" },
  { path: /^\/security\/sign-in$/, page: SecuritySignIn, role: "security" },
  { path: /^\/security\/shreds$/, page: SecurityShreds, role: "security" },
  { path: /^\/audit\/openings$/, page: AuditOpenings, role: "audit" },
  { path: /^\/audit\/holds$/, page: AuditHolds, role: "audit" },
  { path: /^\/audit(?:\/timeline)?$/, page: AuditTimeline, role: "audit" },
  { path: /^\/audit\/verify$/, page: AuditVerify, role: "audit" },
  { path: /^\/audit\/export$/, page: AuditExport, role: "audit" },
  { path: /^\/audit\/witnesses$/, page: AuditWitnesses, role: "audit" },
  { path: /^\/audit\/evidence$/, page: AuditEvidence, role: "audit" },
];

export function Pages() {
  const closed = useLive((state) => state.closed);
  if (closed) return <Closed reason={closed} />;
  return (
    <Switch>
      <Route path="/login">
        <SignIn />
      </Route>
      <Route path="/enrol">
        <Suspense fallback={null}>
          <Enrol />
        </Suspense>
      </Route>
      <Route>
        <SignedIn />
      </Route>
    </Switch>
  );
}

function SignedIn() {
  const [place] = useLocation();
  const ended = useLive((state) => state.ended);
  const { data, error, refetch } = useQuery({
    queryKey: keys.me,
    queryFn: me.get,
    staleTime: Infinity,
    // Without the box there is nothing to show yet: keep asking, the person may keep waiting.
    refetchInterval: (query) => (query.state.data === undefined && isProblem(query.state.error, "offline") ? 3000 : false),
  });
  if (ended || isProblem(error, "not-signed-in")) return <Redirect to={paths.signIn(place === "/" ? undefined : place)} replace />;
  if (!data) return error ? <NoBox error={error} onRetry={() => void refetch()} /> : null;
  return <Inside self={data} />;
}

function Inside({ self }: { self: Me }) {
  const [place, navigate] = useLocation();
  const client = useQueryClient();
  const leave = useCallback(() => void signOut(client).then(() => navigate(paths.signIn())), [client, navigate]);
  const { id, uid, name, avatar_hue } = self.person;
  const lacks = self.lacks ?? null;
  const locked = self.must_change_password || lacks !== null;
  useOwnPreferences(self);
  useEffect(() => {
    if (locked) return;
    return startMessages({ id, uid, name, avatar_hue });
  }, [id, uid, name, avatar_hue, locked]);

  if (locked) {
    return (
      <Suspense fallback={null}>
        {self.must_change_password || lacks === null ? <MustChange onSignOut={leave} /> : <MustEnrol lacks={lacks} onSignOut={leave} />}
        <StepUp />
      </Suspense>
    );
  }
  if (place === "/") return <Redirect to={paths.messages()} replace />;
  return <Place self={self} place={place} />;
}

function Place({ self, place }: { self: Me; place: string }) {
  const searching = usePalette((state) => state.open);
  const idle = useIdle();
  const console = found(CONSOLES, place);
  const page = found(PAGES, place);
  let content: ReactNode;
  if (console && self.roles.includes(console.role)) {
    content = (
      <Suspense fallback={null}>
        <ConsoleFrame role={console.role}>
          <Fence place={place}>
            <console.page params={console.params} />
          </Fence>
        </ConsoleFrame>
      </Suspense>
    );
  } else {
    content = (
      <Frame>
        <Fence place={place}>{page ? <page.page params={page.params} /> : console ? <NotYours /> : <NotFound />}</Fence>
      </Frame>
    );
  }
  return (
    <>
      {content}
      <Suspense fallback={null}>
        <StepUp />
        {searching ? <Palette onClose={closePalette} /> : null}
        {idle ? (
          <Fence place={place} quiet>
            <UploadTray />
          </Fence>
        ) : null}
      </Suspense>
    </>
  );
}

function found<T extends { path: RegExp }>(table: T[], place: string): (T & { params: Params }) | null {
  for (const entry of table) {
    const match = entry.path.exec(place);
    if (!match) continue;
    const params: Params = {};
    for (const [name, value] of Object.entries(match.groups ?? {})) params[name] = value === undefined ? undefined : decoded(value);
    return { ...entry, params };
  }
  return null;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** True once the first screen stands: what is not needed for it may load now. */
function useIdle(): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    // What is typed right after Ctrl+K must not be lost to a palette that is still on its way.
    // Where it does not come now, it comes when somebody asks for it.
    loadPalette().catch(() => undefined);
    const timer = window.setTimeout(() => setIdle(true), 1500);
    return () => window.clearTimeout(timer);
  }, []);
  return idle;
}
