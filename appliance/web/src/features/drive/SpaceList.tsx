import { Link, useLocation } from "wouter";
import type { Space } from "../../api/types";
import { useMe } from "../../api/useMe";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { paths } from "../../lib/paths";
import { useLasting } from "../../lib/react";
import { Icon } from "../../ui/Icon";
import { Skeleton } from "../../ui/Surface";
import { Tree } from "../../ui/Tree";
import { useTexts } from "./texts";
import { useFolders, useSpaces } from "./useFolders";

interface Props {
  /** The folder that is shown, and the folders above it. */
  current: string | undefined;
  path: string[];
  space: string | undefined;
  trash: boolean;
  action?: React.ReactNode;
}

/** Spaces as trees, the trash of the space one is in, and how full it is. */
export function SpaceList({ current, path, space, trash, action }: Props) {
  const t = useTexts();
  const common = useCommon();
  const spaces = useSpaces();
  const slow = useLasting(spaces.isPending);
  const here = spaces.all.find((one) => one.id === space) ?? spaces.personal[0];
  return (
    <section className="pane-list" aria-label={t.spaces}>
      <header className="pane-head list-top">
        <span className="pane-title grow drive-title">{t.title}</span>
        {action}
      </header>
      <div className="pane-body drive-tree">
        {spaces.error ? (
          <Failure error={spaces.error} title={t.failedSpaces} onRetry={() => void spaces.refetch()} />
        ) : spaces.isPending ? (
          slow ? <Skeleton rows={6} label={common.loading} look="table" /> : null
        ) : (
          <>
            {here ? (
              <nav className="tree" aria-label={t.trash}>
                <Link href={paths.trash(here.id)} className={trash ? "tree-row lvl-1 is-on" : "tree-row lvl-1"} aria-current={trash ? "page" : undefined}>
                  <span className="twist" />
                  <Icon name="trash" />
                  <span className="tree-text">{t.trash}</span>
                </Link>
              </nav>
            ) : null}
            <Group head={t.personal} spaces={spaces.personal} current={trash ? undefined : current} path={path} />
            <Group head={t.team} spaces={spaces.team} current={trash ? undefined : current} path={path} />
          </>
        )}
      </div>
      {here ? <Quota space={here} /> : null}
    </section>
  );
}

function Group({ head, spaces, current, path }: { head: string; spaces: Space[]; current: string | undefined; path: string[] }) {
  const [, navigate] = useLocation();
  const nameOf = useSpaceName();
  const mine = spaces.some((space) => path.includes(space.root) || space.root === current);
  const folders = useFolders(spaces, current, mine ? path : [], nameOf);
  if (spaces.length === 0) return null;
  return (
    <>
      <div className="list-head">{head}</div>
      <Tree label={head} rows={folders.rows} onSelect={(id) => navigate(paths.node(id))} onToggle={folders.toggle} />
    </>
  );
}

function Quota({ space }: { space: Space }) {
  const t = useTexts();
  const format = useFormat();
  const nameOf = useSpaceName();
  const share = space.quota_bytes > 0 ? space.used_bytes / space.quota_bytes : 0;
  return (
    <footer className="quota">
      <div className="cluster between">
        <span className="compact soft truncate">{nameOf(space)}</span>
        <span className="meta num nowrap">{t.quota(format.size(space.used_bytes), format.size(space.quota_bytes))}</span>
      </div>
      <progress className={share > 0.9 ? "progress danger" : "progress"} value={space.used_bytes} max={Math.max(1, space.quota_bytes)} aria-label={nameOf(space)} />
    </footer>
  );
}

export function useSpaceName(): (space: Space) => string {
  const t = useTexts();
  const { person } = useMe();
  return (space) => (space.kind === "personal" ? t.mine(person.name) : space.name);
}
