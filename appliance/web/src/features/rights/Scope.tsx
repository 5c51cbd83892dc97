import { useDepartmentTree } from "../../api/useDepartmentTree";
import { useCommon } from "../../i18n/common";
import { DepartmentPicker, type PickedDepartment } from "../../ui/DepartmentPicker";
import { useTexts } from "./texts";

/** Departments out of the whole tree. */
export function Scope({ picked, onPicked }: { picked: PickedDepartment[]; onPicked: (picked: PickedDepartment[]) => void }) {
  const t = useTexts();
  const common = useCommon();
  const tree = useDepartmentTree(undefined, "whole");
  return (
    <DepartmentPicker
      label={t.pickDepartments}
      rows={tree.rows.map((row) => ({ id: row.department.id, level: row.level, label: row.department.name, open: row.open }))}
      onToggle={tree.toggle}
      picked={picked}
      onPicked={onPicked}
      nameOf={(id) => tree.rows.find((row) => row.department.id === id)?.department.name ?? id}
      removeLabel={common.pick.remove}
    />
  );
}
