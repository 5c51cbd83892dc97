import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { drive } from "../../api/drive";
import { asProblem } from "../../api/problems";
import { keys } from "../../api/query";
import type { TrashedNode } from "../../api/types";
import { useEndless } from "../../api/useEndless";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { sentence, useProblems } from "../../i18n/problems";
import { newId } from "../../lib/ids";
import { paths } from "../../lib/paths";
import { useLasting, usePhone, useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Endless } from "../../ui/Endless";
import { FileIcon } from "../../ui/FileIcon";
import { Icon } from "../../ui/Icon";
import { Panes } from "../../ui/Panes";
import { Empty, Skeleton } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import "./drive.css";
import { SpaceList, useSpaceName } from "./SpaceList";
import { useTexts } from "./texts";
import { useSpaces } from "./useFolders";

/** What was deleted in one space, and the ways back and out. */
export default function Trash({ params }: { params: Record<string, string | undefined> }) {
  const t = useTexts();
  const common = useCommon();
  const id = params["space"] ?? "";
  const phone = usePhone();
  const nameOf = useSpaceName();
  const space = useSpaces().all.find((one) => one.id === id);
  const list = useEndless(keys.trash(id), (cursor) => drive.trash(id, cursor));
  const slow = useLasting(list.isPending);
  useTitle(t.trash);
  return (
    <Panes show="main">
      <SpaceList current={undefined} path={[]} space={id} trash />
      <main className="pane-main">
        <header className="pane-head">
          {phone ? (
            <Link className="btn btn-icon touch" href={paths.drive()} aria-label={t.title}>
              <Icon name="left" />
            </Link>
          ) : null}
          <h1 className="pane-title truncate">{space ? t.trashOf(nameOf(space)) : t.trash}</h1>
        </header>
        {list.error ? (
          <Failure error={list.error} title={t.trashFailed} onRetry={() => void list.refetch()} />
        ) : list.isPending ? (
          slow ? <Skeleton rows={8} label={common.loading} look="table" /> : null
        ) : list.items.length === 0 ? (
          <Empty icon="trash" title={t.trashEmpty}>
            {t.trashEmptyText}
          </Empty>
        ) : (
          <div className="table-wrap grow">
            <table className="table trash">
              <thead>
                <tr>
                  <th scope="col">{t.name}</th>
                  <th scope="col" className="c-from hide-phone">{t.from}</th>
                  <th scope="col" className="c-who hide-phone">{t.deletedBy}</th>
                  <th scope="col" className="c-when hide-phone">{t.deletedAt}</th>
                  <th scope="col" className="c-acts"><span className="sr-only">{t.restore}</span></th>
                </tr>
              </thead>
              <tbody>
                {list.items.map((node) => (
                  <Row key={node.id} node={node} space={id} />
                ))}
              </tbody>
            </table>
            <Endless more={list.hasNextPage} loading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
          </div>
        )}
      </main>
    </Panes>
  );
}

function Row({ node, space }: { node: TrashedNode; space: string }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const problems = useProblems();
  const client = useQueryClient();
  const [purging, setPurging] = useState(false);
  const act = async (what: () => Promise<unknown>, done?: string) => {
    try {
      await what();
      if (done) toast(done, "ok");
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.trash(space) }),
        client.invalidateQueries({ queryKey: keys.allChildren }),
        client.invalidateQueries({ queryKey: keys.spaces }),
      ]);
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
    }
  };
  return (
    <tr>
      <td>
        <span className="cell-name">
          <FileIcon name={node.name} folder={node.kind === "folder"} />
          <span className="truncate">{node.name}</span>
        </span>
      </td>
      <td className="hide-phone" title={node.from_path.join(" / ")}>{node.from_path.join(" / ")}</td>
      <td className="hide-phone">{node.deleted_by?.name}</td>
      <td className="hide-phone num-left">{format.near(node.deleted_at)}</td>
      <td>
        <span className="btns">
          <Button small onClick={() => void act(() => drive.restore(node.id, newId()), t.restored)}>
            {t.restore}
          </Button>
          <Button small look="danger" onClick={() => setPurging(true)}>
            {t.purge}
          </Button>
        </span>
        <Confirm open={purging} danger title={t.purgeTitle(node.name)} act={t.purge} cancel={common.cancel} onClose={() => setPurging(false)} onConfirm={() => act(() => drive.purge(node.id))}>
          {t.purgeText}
        </Confirm>
      </td>
    </tr>
  );
}
