import { Suspense, useCallback, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useLive } from "../../api/live";
import { useMe } from "../../api/useMe";
import { paths } from "../../lib/paths";
import { useHotkey } from "../../lib/hotkeys";
import { openPalette } from "../../lib/palette";
import { usePhone } from "../../lib/react";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Icon, type IconName } from "../../ui/Icon";
import { ConnectionStrip } from "./ConnectionStrip";
import { consolesOf } from "./consoles";
import "./shell.css";
import { useTexts } from "./texts";

const search = (event: KeyboardEvent) => {
  event.preventDefault();
  openPalette();
};

interface Entry {
  to: string;
  under: string;
  icon: IconName;
  label: string;
  live?: boolean;
}

/** Rail and content; at the width of a phone, content over tabs. */
export function Frame({ children }: { children: ReactNode }) {
  const t = useTexts();
  const phone = usePhone();
  const main = useEntries();
  const [place] = useLocation();
  // A conversation on the phone takes the whole screen, as the composer needs the room.
  const inside = phone && place.startsWith("/im/c/");
  return (
    <div className="app-frame">
      <a className="skip-link" href="#content">
        {t.skip}
      </a>
      {phone ? null : <Rail entries={main} />}
      <div className="app-col" id="content" tabIndex={-1}>
        <ConnectionStrip />
        <div className="page">
          <Suspense fallback={null}>{children}</Suspense>
        </div>
        {phone && !inside ? <TabBar entries={main} /> : null}
      </div>
    </div>
  );
}

function useEntries(): Entry[] {
  const t = useTexts();
  return [
    { to: paths.messages(), under: "/im", icon: "chat", label: t.messages, live: true },
    { to: paths.people(), under: "/people", icon: "people", label: t.people },
    { to: paths.drive(), under: "/drive", icon: "drive", label: t.drive },
    { to: paths.search(), under: "/search", icon: "search", label: t.search },
  ];
}

function Rail({ entries }: { entries: Entry[] }) {
  const t = useTexts();
  const self = useMe();
  const { person } = self;
  const [, navigate] = useLocation();
  useHotkey("mod+k", search);
  useAltNumber(entries, navigate);
  return (
    <nav className="rail" aria-label={t.navigation}>
      <Link className="rail-me" href={paths.settings()} title={person.name}>
        <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} />
        <span className="sr-only">{`${person.name} · ${t.settings}`}</span>
      </Link>
      {entries.map((entry) => (
        <RailItem key={entry.to} entry={entry} />
      ))}
      <span className="rail-gap" />
      {consolesOf(self).map((console) => (
        <RailItem key={console.to} entry={{ to: console.to, under: console.under, icon: console.icon, label: t[console.label] }} />
      ))}
      <RailItem entry={{ to: paths.settings(), under: "/settings", icon: "settings", label: t.settings }} />
    </nav>
  );
}

function RailItem({ entry }: { entry: Entry }) {
  const [place] = useLocation();
  const on = place.startsWith(entry.under);
  return (
    <Link href={entry.to} className={on ? "rail-item is-on" : "rail-item"} aria-current={on ? "page" : undefined}>
      <Icon name={entry.icon} />
      <span className="rail-label">{entry.label}</span>
      {entry.live ? <UnreadMark /> : null}
    </Link>
  );
}

function TabBar({ entries }: { entries: Entry[] }) {
  const t = useTexts();
  const self = useMe();
  const [place] = useLocation();
  const console = consolesOf(self)[0];
  const tabs: Entry[] = [
    ...entries,
    console
      ? { to: console.to, under: console.under, icon: console.icon, label: t[console.label] }
      : { to: paths.settings(), under: "/settings", icon: "settings", label: t.settings },
  ];
  return (
    <nav className="tabbar" aria-label={t.navigation}>
      {tabs.map((tab) => {
        const on = place.startsWith(tab.under);
        return (
          <Link key={tab.to} href={tab.to} className={on ? "tabbar-i is-on" : "tabbar-i"} aria-current={on ? "page" : undefined}>
            <Icon name={tab.icon} />
            <span>{tab.label}</span>
            {tab.live ? <UnreadMark /> : null}
          </Link>
        );
      })}
    </nav>
  );
}

/** Red number: direct messages and mentions. Grey dot: other unread. */
function UnreadMark() {
  const t = useTexts();
  const badge = useLive((state) => state.badge);
  const dot = useLive((state) => state.dot);
  if (badge > 0) {
    return (
      <span className="badge">
        <span aria-hidden="true">{badge > 99 ? "99+" : badge}</span>
        <span className="sr-only">{t.unread(badge)}</span>
      </span>
    );
  }
  return dot ? (
    <span className="dot">
      <span className="sr-only">{t.otherUnread}</span>
    </span>
  ) : null;
}

function useAltNumber(entries: Entry[], navigate: (to: string) => void): void {
  const one = useCallback(() => navigate(entries[0]?.to ?? "/"), [entries, navigate]);
  const two = useCallback(() => navigate(entries[1]?.to ?? "/"), [entries, navigate]);
  const three = useCallback(() => navigate(entries[2]?.to ?? "/"), [entries, navigate]);
  const four = useCallback(() => navigate(entries[3]?.to ?? "/"), [entries, navigate]);
  useHotkey("alt+1", one);
  useHotkey("alt+2", two);
  useHotkey("alt+3", three);
  useHotkey("alt+4", four);
}
