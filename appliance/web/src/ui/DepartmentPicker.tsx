import { Icon } from "./Icon";
import { Tree, type TreeRow } from "./Tree";

export interface PickedDepartment {
  id: string;
  name: string;
}

interface Props {
  label: string;
  rows: TreeRow[];
  onToggle: (id: string, open: boolean) => void;
  picked: PickedDepartment[];
  onPicked: (picked: PickedDepartment[]) => void;
  nameOf: (id: string) => string;
  removeLabel: (name: string) => string;
  /** Where the first picked is the main one. */
  mainLabel?: string;
}

/** Several departments out of a tree. */
export function DepartmentPicker({ label, rows, onToggle, picked, onPicked, nameOf, removeLabel, mainLabel }: Props) {
  const toggle = (id: string) =>
    onPicked(picked.some((one) => one.id === id) ? picked.filter((one) => one.id !== id) : [...picked, { id, name: nameOf(id) }]);
  return (
    <div className="dep-picker">
      <div className="pickbox">
        {picked.map((one, index) => (
          <span className="pick pick-plain" key={one.id}>
            {one.name}
            {mainLabel && index === 0 ? <span className="tag tag-line">{mainLabel}</span> : null}
            <button type="button" aria-label={removeLabel(one.name)} onClick={() => toggle(one.id)}>
              <Icon name="x" size={16} />
            </button>
          </span>
        ))}
      </div>
      <div className="dep-tree">
        <Tree label={label} rows={rows.map((row) => ({ ...row, on: picked.some((one) => one.id === row.id) }))} onSelect={toggle} onToggle={onToggle} />
      </div>
    </div>
  );
}
