import { contentAddress } from "../../api/drive";
import type { Node, Right } from "../../api/types";
import { useFormat } from "../../i18n/format";
import { usePhone } from "../../lib/react";
import { Button, IconButton } from "../../ui/Button";
import { save } from "./save";
import { useTexts } from "./texts";
import type { Selection } from "./useSelection";

interface Props {
  selection: Selection;
  total: number;
  onMove: () => void;
  onRemove: () => void;
  onRename: (node: Node) => void;
  onDetails: (node: Node) => void;
}

/** What can be done with the chosen rows. */
export function SelectionBar({ selection, total, onMove, onRemove, onRename, onDetails }: Props) {
  const t = useTexts();
  const format = useFormat();
  const phone = usePhone();
  const { nodes } = selection;
  const only = nodes.length === 1 ? nodes[0] : undefined;
  const files = nodes.filter((node) => node.kind === "file");
  const may = (right: Right) => nodes.every((node) => node.rights.includes(right));
  const all = nodes.length === total;
  const download = () => files.forEach((node) => save(contentAddress(node.id), node.name));
  return (
    <div className="selbar" role="toolbar" aria-label={t.selected(nodes.length)}>
      <label className="check">
        <input type="checkbox" aria-label={t.selectAll} checked={all} className={all ? "" : "is-some"} onChange={() => (all ? selection.clear() : selection.all())} />
      </label>
      <b className="num nowrap" role="status">{t.selected(nodes.length)}</b>
      <span className="meta num nowrap">{format.size(nodes.reduce((sum, node) => sum + node.size, 0))}</span>
      <span className="bar-line" />
      <Bar phone={phone} icon="download" label={t.download} disabled={files.length !== nodes.length} title={files.length === nodes.length ? undefined : t.downloadFolder} onClick={download} />
      <Bar phone={phone} icon="folder" label={t.move} disabled={!may("delete") && !may("write")} onClick={onMove} />
      {only ? <Bar phone={phone} icon="edit" label={t.rename} disabled={!may("write")} onClick={() => onRename(only)} /> : null}
      <Bar phone={phone} icon="trash" label={t.remove} disabled={!may("delete")} onClick={onRemove} />
      {only?.kind === "file" ? <Bar phone={phone} icon="history" label={t.details} onClick={() => onDetails(only)} /> : null}
      {phone ? (
        <IconButton className="end" icon="x" label={t.deselect} onClick={selection.clear} />
      ) : (
        <Button small look="link" className="end" onClick={selection.clear}>
          {t.deselect}
        </Button>
      )}
    </div>
  );
}

interface BarProps {
  phone: boolean;
  icon: "download" | "folder" | "edit" | "trash" | "history";
  label: string;
  disabled?: boolean;
  title?: string | undefined;
  onClick: () => void;
}

function Bar({ phone, icon, label, title, ...rest }: BarProps) {
  if (phone) return <IconButton icon={icon} label={label} {...rest} />;
  return (
    <Button small look="quiet" icon={icon} title={title} {...rest}>
      {label}
    </Button>
  );
}
