import { Suspense, useEffect, useRef, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useQuery } from "@tanstack/react-query";
import { keys } from "../../api/query";
import { boxStatus } from "../../api/session";
import type { Role } from "../../api/types";
import { useMe } from "../../api/useMe";
import { useCommon } from "../../i18n/common";
import { paths } from "../../lib/paths";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Icon, type IconName } from "../../ui/Icon";
import { PageBarEnd } from "../../ui/PageBar";
import { StateShape } from "../../ui/StateShape";
import { ConnectionStrip } from "./ConnectionStrip";
import "./shell.css";
import "./console.css";
import { useTexts as useNavTexts } from "./nav/texts";
import { useTexts } from "./texts";

interface Item {
  to: string;
  under: string;
  icon: IconName;
  label: string;
}

/** The consoles: their own navigation, what the account may do, and no message in sight. */
export function ConsoleFrame({ role, children }: { role: Role; children: ReactNode }) {
  const t = useTexts();
  const common = useCommon();
  const nav = useNavTexts();
  const { roles } = useMe();
  const groups = useGroups(role);
  const isDelegate = !roles.includes(role);
  return (
    <div className="con">
      <nav className="con-nav" aria-label={t.consoles[role]}>
        <div className="con-brand">
          <Icon name="holdfast" />
          <div>
            <b>Holdfast</b>
            <span>{t.consoles[role]}</span>
          </div>
        </div>
        <div className="con-links">
          {groups.map(({ head, items }) => (
            <div key={head} role="group" aria-label={head}>
              <h2 aria-hidden="true">{head}</h2>
              {items.map((item) => (
                <ConsoleLink key={item.to} item={item} />
              ))}
            </div>
          ))}
        </div>
        <Link className="con-back" href={paths.messages()}>
          <Icon name="chat" size={16} />
          <span className="lbl">{t.toMessages}</span>
        </Link>
        <div className="con-apart">
          <b>
            <span className="trio" aria-hidden="true">
              {(["system", "security", "audit"] as const).map((one) => (
                <i key={one} className={one === role ? "on" : undefined} />
              ))}
            </span>
            <span className="lbl">{t.account(isDelegate ? nav.delegate : common.roles[role])}</span>
          </b>
          <span className="lbl">{isDelegate ? nav.delegateMay : t.may[role]}</span>
        </div>
      </nav>
      <div className="con-main">
        <ConnectionStrip />
        <PageBarEnd.Provider value={<BarEnd role={role} />}>
          <Suspense fallback={null}>{children}</Suspense>
        </PageBarEnd.Provider>
      </div>
    </div>
  );
}

function ConsoleLink({ item }: { item: Item }) {
  const [place] = useLocation();
  const on = place.startsWith(item.under);
  const link = useRef<HTMLAnchorElement>(null);
  // On a telephone the links are a strip that scrolls.
  useEffect(() => {
    if (on) link.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [on]);
  return (
    <Link ref={link} href={item.to} aria-current={on ? "page" : undefined} title={item.label}>
      <Icon name={item.icon} size={16} />
      <span className="lbl">{item.label}</span>
    </Link>
  );
}

function BarEnd({ role }: { role: Role }) {
  const common = useCommon();
  const nav = useNavTexts();
  const { person, roles } = useMe();
  const { data } = useQuery({ queryKey: keys.status, queryFn: boxStatus, refetchInterval: 15_000 });
  const open = data?.state === "unsealed";
  return (
    <>
      {data ? (
        <span className={open ? "seal" : "seal seal-bad"}>
          <StateShape name={open ? "ok" : "locked"} />
          {common.boxStates[data.state as keyof typeof common.boxStates] ?? data.state}
          {data.version ? <i>{data.version}</i> : null}
        </span>
      ) : null}
      <div className="con-who">
        <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} size={32} />
        <div>
          <b>{person.name}</b>
          {roles.includes(role) ? common.roles[role] : nav.delegate}
        </div>
      </div>
    </>
  );
}

function useGroups(role: Role): { head: string; items: Item[] }[] {
  const t = useTexts();
  const nav = useNavTexts();
  const { roles } = useMe();
  if (role === "system" && !roles.includes(role)) {
    return [
      {
        head: t.organisation,
        items: [
          { to: paths.adminPeople(), under: "/admin/people", icon: "people", label: t.adminPeople },
          { to: paths.adminDepartments(), under: "/admin/departments", icon: "building", label: t.adminDepartments },
        ],
      },
    ];
  }
  if (role === "system") {
    return [
      {
        head: t.organisation,
        items: [
          { to: paths.adminPeople(), under: "/admin/people", icon: "people", label: t.adminPeople },
          { to: paths.adminDepartments(), under: "/admin/departments", icon: "building", label: t.adminDepartments },
          { to: paths.adminDelegations(), under: "/admin/delegations", icon: "shield", label: nav.delegations },
          { to: paths.adminFields(), under: "/admin/fields", icon: "list", label: t.adminFields },
          { to: paths.adminTags(), under: "/admin/tags", icon: "people", label: t.adminTags },
          { to: paths.adminImport(), under: "/admin/import", icon: "upload", label: t.adminImport },
          { to: paths.adminPeople("leaving"), under: "/admin/leaving", icon: "clock", label: nav.departures },
          { to: paths.adminPeople("data"), under: "/admin/data", icon: "doc", label: nav.requests },
        ],
      },
    ];
  }
  if (role === "security") {
    return [
      {
        head: t.grants,
        items: [
          { to: paths.securityRoles(), under: "/security/roles", icon: "shield", label: t.roles },
          { to: paths.review("security"), under: "/security/review", icon: "list", label: nav.review },
          { to: paths.explain(), under: "/security/explain", icon: "search", label: nav.explain },
          { to: paths.securitySight(), under: "/security/visibility", icon: "eye", label: t.sight },
          { to: paths.securityConnectors(), under: "/security/connectors", icon: "people", label: t.connectors },
          { to: paths.securitySignIn(), under: "/security/sign-in", icon: "unlock", label: t.signInPolicy },
        ],
      },
      {
        head: t.keysGroup,
        items: [
          { to: paths.securityKeys(), under: "/security/keys", icon: "key", label: t.keys },
          { to: paths.securityShreds(), under: "/security/shreds", icon: "trash", label: t.shreds },
        ],
      },
    ];
  }
  return [
    {
      head: t.records,
      items: [
        { to: paths.auditTimeline(), under: "/audit/timeline", icon: "audit", label: t.timeline },
        { to: paths.auditVerify(), under: "/audit/verify", icon: "shield-check", label: t.verify },
        { to: paths.auditExport(), under: "/audit/export", icon: "download", label: t.export },
        { to: paths.review("audit"), under: "/audit/review", icon: "list", label: nav.review },
        { to: paths.auditHolds(), under: "/audit/holds", icon: "lock", label: t.holds },
        { to: paths.auditOpenings(), under: "/audit/openings", icon: "key", label: t.openings },
        { to: paths.auditWitnesses(), under: "/audit/witnesses", icon: "eye", label: t.witnesses },
        { to: paths.auditEvidence(), under: "/audit/evidence", icon: "doc", label: t.evidence },
      ],
    },
  ];
}
