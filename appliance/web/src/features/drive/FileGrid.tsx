import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";
import { VList, type VListHandle } from "virtua";
import { contentAddress, type Order, type Sort } from "../../api/drive";
import type { Node, Right } from "../../api/types";
import { useFormat } from "../../i18n/format";
import { useMinute } from "../../lib/clock";
import { usePhone } from "../../lib/react";
import { IconButton } from "../../ui/Button";
import { FileIcon } from "../../ui/FileIcon";
import { Icon } from "../../ui/Icon";
import { Menu, MenuItem, MenuLine } from "../../ui/Menu";
import { moveFocus } from "../../ui/roving";
import { save } from "./save";
import { useTexts } from "./texts";
import type { Selection } from "./useSelection";

interface Acts {
  onOpen: (node: Node) => void;
  onShow: (id: string) => void;
  onRename: (node: Node, name: string) => void;
  onAskRename: (id: string) => void;
  onRemove: (node: Node) => void;
  onMove: (node: Node) => void;
}

interface Props extends Acts {
  nodes: Node[];
  selection: Selection;
  shown: string | undefined;
  sort: { by: Sort; order: Order };
  onSort: (sort: { by: Sort; order: Order }) => void;
  renaming: string | null;
  onEnd: () => void;
}

const ROW_PIXELS = 40;
const NEAR_END_PIXELS = 1200;

export function FileGrid(props: Props) {
  const { nodes, selection, onEnd } = props;
  const list = useRef<VListHandle>(null);
  const t = useTexts();
  useChosenInSight(list, nodes, selection);
  const onScroll = (offset: number) => {
    const handle = list.current;
    if (handle && handle.scrollSize - offset - handle.viewportSize < NEAR_END_PIXELS) onEnd();
  };
  return (
    <div className="files grow" role="grid" aria-label={t.title} aria-multiselectable="true" aria-rowcount={nodes.length} onKeyDown={moveFocus}>
      {/* With rows chosen the selection bar stands in the place of the heads: nothing moves under the pointer. */}
      <div className={selection.nodes.length > 0 ? "sr-only" : undefined}>
        <Heads sort={props.sort} onSort={props.onSort} />
      </div>
      <VList ref={list} className="vlist" data={nodes} itemSize={ROW_PIXELS} bufferSize={600} onScroll={onScroll} role="rowgroup">
        {(node, index) => <Row key={node.id} node={node} index={index} {...props} />}
      </VList>
    </div>
  );
}

function Heads({ sort, onSort }: Pick<Props, "sort" | "onSort">) {
  const t = useTexts();
  const column = (by: Sort, label: string, className: string) => {
    const on = sort.by === by;
    return (
      <div role="columnheader" className={className} aria-sort={on ? (sort.order === "asc" ? "ascending" : "descending") : "none"}>
        <button type="button" aria-label={t.sortBy(label)} onClick={() => onSort({ by, order: on && sort.order === "asc" ? "desc" : "asc" })}>
          {label}
          {on ? <Icon name={sort.order === "asc" ? "arrow-up" : "arrow-down"} size={16} /> : null}
        </button>
      </div>
    );
  };
  return (
    <div role="row" className="file-row file-heads">
      {column("name", t.name, "c-name")}
      <div role="columnheader" className="c-who">{t.changedBy}</div>
      {column("changed", t.changedAt, "c-when")}
      {column("size", t.size, "c-size num")}
      <div role="columnheader" className="c-more"><span className="sr-only">{t.more}</span></div>
    </div>
  );
}

function Row({ node, index, ...props }: Props & { node: Node; index: number }) {
  const t = useTexts();
  const format = useFormat();
  const phone = usePhone();
  useMinute();
  const { selection } = props;
  const on = selection.has(node.id);
  const folder = node.kind === "folder";
  const click = (event: MouseEvent) => {
    if (phone) return props.onOpen(node);
    if (event.shiftKey) selection.range(node.id);
    else if (event.ctrlKey || event.metaKey) selection.toggle(node.id);
    else {
      selection.only(node.id);
      if (!folder && props.shown) props.onShow(node.id);
    }
  };
  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === "Enter") props.onOpen(node);
    else if (event.key === " ") selection.toggle(node.id);
    else return;
    event.preventDefault();
  };
  const meta = phone ? [folder ? "" : format.size(node.size), node.changed_by?.name, format.near(node.changed_at)].filter(Boolean).join(" · ") : null;
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      aria-selected={on}
      className={`file-row${on ? " is-on" : ""}`}
      data-row=""
      tabIndex={0}
      onClick={click}
      onDoubleClick={() => props.onOpen(node)}
      onFocus={(event) => {
        if (event.target === event.currentTarget && event.currentTarget.matches(":focus-visible") && selection.nodes.length <= 1) selection.only(node.id);
      }}
      onKeyDown={onKey}
    >
      <div role="gridcell" className="c-name cell-name">
        <label className="check" onClick={(event) => event.stopPropagation()}>
          <input type="checkbox" tabIndex={-1} checked={on} aria-label={t.select(node.name)} onChange={() => selection.toggle(node.id)} />
        </label>
        <FileIcon name={node.name} folder={folder} {...(phone ? { size: 40 as const } : {})} />
        {props.renaming === node.id ? (
          <Rename node={node} onDone={(name) => props.onRename(node, name)} />
        ) : (
          <span className="truncate grow">
            <button type="button" className="file-name truncate" tabIndex={-1} onClick={(event) => { if (folder && !event.ctrlKey && !event.shiftKey && !event.metaKey) { event.stopPropagation(); props.onOpen(node); } }}>
              {node.name}
            </button>
            {meta ? <span className="row-sub">{meta}</span> : null}
          </span>
        )}
      </div>
      <div role="gridcell" className="c-who truncate">{node.changed_by?.name}</div>
      <div role="gridcell" className="c-when nowrap">{format.near(node.changed_at)}</div>
      <div role="gridcell" className="c-size num nowrap">{folder ? (node.children == null ? "" : t.items(node.children)) : format.size(node.size)}</div>
      <div role="gridcell" className="c-more" onClick={(event) => event.stopPropagation()} onDoubleClick={(event) => event.stopPropagation()}>
        <RowMenu node={node} {...props} />
      </div>
    </div>
  );
}

function RowMenu({ node, ...props }: Acts & { node: Node }) {
  const t = useTexts();
  const may = (right: Right) => node.rights.includes(right);
  return (
    <Menu trigger={<IconButton small icon="more" label={`${t.more}: ${node.name}`} tabIndex={-1} />}>
      {node.kind === "file" ? (
        <>
          <MenuItem icon="download" onSelect={() => save(contentAddress(node.id), node.name)}>
            {t.download}
          </MenuItem>
          <MenuItem icon="history" onSelect={() => props.onShow(node.id)}>
            {t.versions}
          </MenuItem>
          <MenuLine />
        </>
      ) : null}
      <MenuItem icon="edit" disabled={!may("write")} onSelect={() => props.onAskRename(node.id)}>
        {t.rename}
      </MenuItem>
      <MenuItem icon="folder" disabled={!may("write")} onSelect={() => props.onMove(node)}>
        {t.move}
      </MenuItem>
      <MenuLine />
      <MenuItem danger icon="trash" disabled={!may("delete")} onSelect={() => props.onRemove(node)}>
        {t.remove}
      </MenuItem>
    </Menu>
  );
}

/** The name in place; the ending stays out of the selection. */
function Rename({ node, onDone }: { node: Node; onDone: (name: string) => void }) {
  const t = useTexts();
  const [name, setName] = useState(node.name);
  const input = useRef<HTMLInputElement>(null);
  const over = useRef(false);
  useEffect(() => {
    const dot = node.kind === "file" ? node.name.lastIndexOf(".") : -1;
    // A menu that closes gives the focus back to its button: come after it.
    const timer = window.setTimeout(() => {
      input.current?.focus();
      input.current?.setSelectionRange(0, dot > 0 ? dot : node.name.length);
    }, 60);
    return () => window.clearTimeout(timer);
  }, [node]);
  const done = (next: string) => {
    if (over.current) return;
    over.current = true;
    onDone(next.trim());
  };
  return (
    <input
      ref={input}
      type="text"
      className="input rename"
      value={name}
      aria-label={t.renameLabel(node.name)}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onChange={(event) => setName(event.target.value)}
      onBlur={() => done(name)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") done(name);
        else if (event.key === "Escape") done(node.name);
      }}
    />
  );
}

/** Who comes from a search finds the file on the screen. */
function useChosenInSight(list: React.RefObject<VListHandle | null>, nodes: Node[], selection: Selection): void {
  const done = useRef(false);
  useEffect(() => {
    if (done.current || nodes.length === 0) return;
    done.current = true;
    const at = nodes.findIndex((node) => selection.has(node.id));
    if (at > 8) list.current?.scrollToIndex(at, { align: "center" });
  }, [list, nodes, selection]);
}
