import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ClipboardEvent, type KeyboardEvent } from "react";
import { Link, useSearch } from "wouter";
import { drive, type Order, type Sort } from "../../api/drive";
import { keys } from "../../api/query";
import type { Node, NodeDetail } from "../../api/types";
import { useEndless } from "../../api/useEndless";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { paths } from "../../lib/paths";
import { useLasting, usePhone } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Empty, Skeleton } from "../../ui/Surface";
import { useFileDrop } from "../../ui/useFileDrop";
import { Create, FilePicker } from "./Drive";
import { FileGrid } from "./FileGrid";
import { SelectionBar } from "./SelectionBar";
import { useSpaceName } from "./SpaceList";
import { useTexts } from "./texts";
import { dropped, picked } from "./upload/dropped";
import { enqueue } from "./upload/queue";
import { useActs } from "./useActs";
import { useSpaces } from "./useFolders";
import { useSelection } from "./useSelection";

interface Props {
  id: string | undefined;
  folder: UseQueryResult<NodeDetail>;
  chosen: string | undefined;
  shown: string | undefined;
  onShow: (id: string | undefined) => void;
  onOpen: (id: string) => void;
}

export function FolderPane({ id, folder, chosen, shown, onShow, onOpen }: Props) {
  const t = useTexts();
  const common = useCommon();
  const [sort, setSort] = useState<{ by: Sort; order: Order }>({ by: "name", order: "asc" });
  const list = useEndless(
    keys.children(id ?? "", `${sort.by}-${sort.order}`),
    (cursor) => drive.children(id ?? "", sort.by, sort.order, cursor),
    { enabled: id !== undefined && folder.data?.kind !== "file" },
  );
  const nodes = list.items;
  const selection = useSelection(nodes, chosen);
  const [renaming, setRenaming] = useState<string | null>(null);
  const acts = useActs(folder.data, () => selection.clear());
  useRenameAsked(chosen, setRenaming);
  const writable = folder.data?.rights.includes("write") ?? false;
  const slow = useLasting(list.isPending && list.fetchStatus !== "idle");
  const { over, ...drop } = useFileDrop((transfer) => void dropped(transfer).then((found) => (id ? enqueue(id, found) : undefined)), writable);
  const open = (node: Node) => {
    if (node.kind === "folder") onOpen(node.id);
    else onShow(node.id);
  };
  const onKey = (event: KeyboardEvent) => {
    if ((event.target as HTMLElement).tagName === "INPUT" && (event.target as HTMLInputElement).type === "text") return;
    const picks = selection.nodes;
    const only = picks.length === 1 ? picks[0] : undefined;
    if (event.key === "F2" && only && only.rights.includes("write")) setRenaming(only.id);
    else if (event.key === "Delete" && picks.length > 0) void acts.remove(picks);
    else if (event.key === "Escape" && picks.length > 0) selection.clear();
    else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) selection.all();
    else if (event.key === "Backspace" && folder.data?.parent) onOpen(folder.data.parent);
    else return;
    event.preventDefault();
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (!id || !writable || files.length === 0) return;
    event.preventDefault();
    enqueue(id, picked(files));
  };
  const error = folder.error ?? list.error;
  return (
    <main className="pane-main" onKeyDown={onKey} onPaste={onPaste} {...drop}>
      <Head folder={folder.data} />
      {selection.nodes.length > 0 ? (
        <SelectionBar
          selection={selection}
          total={nodes.length}
          onMove={() => acts.askMove(selection.nodes)}
          onRemove={() => void acts.remove(selection.nodes)}
          onRename={(node) => setRenaming(node.id)}
          onDetails={(node) => onShow(node.id)}
        />
      ) : null}
      {error ? (
        <Failure error={error} title={t.failed} onRetry={() => { void folder.refetch(); void list.refetch(); }} />
      ) : list.isPending ? (
        slow ? <Skeleton rows={10} label={common.loading} look="table" /> : <div className="grow" />
      ) : nodes.length === 0 ? (
        <Nothing folder={folder.data} writable={writable} />
      ) : (
        <FileGrid
          nodes={nodes}
          selection={selection}
          shown={shown}
          sort={sort}
          onSort={setSort}
          onOpen={open}
          onShow={onShow}
          renaming={renaming}
          onRename={(node, name) => {
            setRenaming(null);
            if (name && name !== node.name) void acts.rename(node, name);
          }}
          onRemove={(node) => void acts.remove([node])}
          onMove={(node) => acts.askMove([node])}
          onAskRename={setRenaming}
          onEnd={() => {
            if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
          }}
        />
      )}
      {acts.dialog}
      {over ? (
        <div className="drop-over">
          <Icon name="upload" />
          {t.dropHere(folder.data?.name ?? "")}
        </div>
      ) : null}
    </main>
  );
}

function Head({ folder }: { folder: NodeDetail | undefined }) {
  const t = useTexts();
  const phone = usePhone();
  const files = useRef<HTMLInputElement>(null);
  const nameOf = useSpaceName();
  const space = useSpaces().all.find((one) => one.id === folder?.space);
  const path = (folder?.path ?? []).map((one) => (space && one.id === space.root ? { ...one, name: nameOf(space) } : one));
  const parent = path.length > 1 ? path.at(-2) : undefined;
  return (
    <header className="pane-head">
      {phone ? (
        <Link className="btn btn-icon touch" href={parent ? paths.node(parent.id) : paths.drive()} aria-label={parent?.name ?? t.title}>
          <Icon name="left" />
        </Link>
      ) : null}
      <nav className="crumbs grow" aria-label={t.path}>
        {(phone ? path.slice(-1) : path).map((one, index, shown) => (
          <span className="crumb" key={one.id}>
            {index > 0 ? <Icon name="right" /> : null}
            <Link className={index === shown.length - 1 ? "truncate is-on" : "truncate"} href={paths.node(one.id)} aria-current={index === shown.length - 1 ? "page" : undefined}>
              {one.name}
            </Link>
          </span>
        ))}
      </nav>
      {folder?.rights.includes("write") ? (
        phone ? (
          <Create folder={folder} small={false} />
        ) : (
          <>
            <Button small icon="upload" onClick={() => files.current?.click()}>
              {t.upload}
            </Button>
            <FilePicker ref={files} onFiles={(list) => enqueue(folder.id, picked(list))} />
          </>
        )
      ) : null}
    </header>
  );
}

function Nothing({ folder, writable }: { folder: NodeDetail | undefined; writable: boolean }) {
  const t = useTexts();
  const files = useRef<HTMLInputElement>(null);
  if (!writable || !folder) return <Empty icon="folder" title={t.empty}>{t.emptyRead}</Empty>;
  return (
    <>
      <Empty
        icon="folder"
        title={t.empty}
        actions={
          <Button icon="upload" onClick={() => files.current?.click()}>
            {t.uploadFiles}
          </Button>
        }
      >
        {t.emptyText}
      </Empty>
      <FilePicker ref={files} onFiles={(list) => enqueue(folder.id, picked(list))} />
    </>
  );
}

/** A new folder arrives chosen and ready to be named. */
function useRenameAsked(chosen: string | undefined, set: (id: string) => void): void {
  const asked = new URLSearchParams(useSearch()).has("rename");
  useEffect(() => {
    if (asked && chosen) set(chosen);
  }, [asked, chosen, set]);
}
