import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useCallback, useEffect, useState, type ReactNode } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { useLive } from "./api/live";
import { isProblem } from "./api/problems";
import { keys } from "./api/query";
import { me } from "./api/session";
import type { Me, Role } from "./api/types";
import { entersConsole } from "./features/shell/consoles";
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
import { found, type PageComponent } from "./lib/places";

// Every page of the product, on one screen. Messages come with the first load; the rest when somebody goes there.

const Contacts = late(() => import("./features/directory/Contacts"));
const Drive = late(() => import("./features/drive/Drive"));
const Trash = late(() => import("./features/drive/Trash"));
const SearchPage = late(() => import("./features/search/SearchPage"));
const Settings = late(() => import("./features/settings/Settings"));
const loadPalette = () => import("./features/search/Palette");
const Palette = late(loadPalette);
const ConsolePage = late(() => import("./consoles"));
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

/** Whose console an address is in. */
const CONSOLES: { path: RegExp; role: Role }[] = [
  { path: /^\/admin(?:\/|$)/, role: "system" },
  { path: /^\/security(?:\/|$)/, role: "security" },
  { path: /^\/audit(?:\/|$)/, role: "audit" },
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
  const { id, uid, name, avatar_hue, avatar } = self.person;
  const lacks = self.lacks ?? null;
  const locked = self.must_change_password || lacks !== null;
  useOwnPreferences(self);
  useEffect(() => {
    if (locked) return;
    return startMessages({ id, uid, name, avatar_hue, ...(avatar ? { avatar } : {}) });
  }, [id, uid, name, avatar_hue, avatar, locked]);

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
  if (console && entersConsole(self, console.role)) {
    content = (
      <Suspense fallback={null}>
        <ConsoleFrame role={console.role}>
          <Fence place={place}>
            <ConsolePage place={place} />
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
