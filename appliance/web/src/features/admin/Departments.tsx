import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { departments } from "../../api/directory";
import { asProblem, type Problem } from "../../api/problems";
import { keys } from "../../api/query";
import type { DepartmentDetail } from "../../api/types";
import { useMay } from "../../api/useMe";
import { useDepartmentTree } from "../../api/useDepartmentTree";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { newId } from "../../lib/ids";
import { useTitle } from "../../lib/react";
import { Button, IconButton } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { PageBar } from "../../ui/PageBar";
import { Empty } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { Tree } from "../../ui/Tree";
import { Arrange } from "./Arrange";
import { useRefresh } from "./PersonSide";
import { useTexts } from "./texts";

type Asked = "create" | "rename" | "move" | "remove" | "arrange" | null;

/** The departments: make, rename, move, delete what is empty. */
export default function Departments() {
  const t = useTexts();
  const format = useFormat();
  const may = useMay();
  useTitle(t.departments);
  const [chosen, setChosen] = useState<string | undefined>();
  const [asked, setAsked] = useState<Asked>(null);
  const tree = useDepartmentTree(chosen, "whole");
  const detail = useQuery({ queryKey: keys.department(chosen ?? "", "whole"), queryFn: () => departments.get(chosen ?? "", "whole"), enabled: chosen !== undefined });
  return (
    <>
      <PageBar title={t.departments}>
        {may("departments") ? (
          <Button look="primary" icon="plus" onClick={() => setAsked("create")}>
            {t.newDepartment}
          </Button>
        ) : null}
      </PageBar>
      <main className="con-body">
        <section className="con-col grow dep-list" aria-label={t.departments}>
          {tree.error ? (
            <Failure error={tree.error} title={t.treeFailed} onRetry={() => void tree.refetch()} />
          ) : (
            <Tree
              label={t.departments}
              rows={tree.rows.map((row) => ({
                id: row.department.id,
                level: row.level,
                label: row.department.name,
                count: format.number(row.department.people),
                icon: row.level === 1 ? ("building" as const) : ("org" as const),
                open: row.open,
                on: row.department.id === chosen,
              }))}
              onSelect={setChosen}
              onToggle={tree.toggle}
            />
          )}
        </section>
        <aside className="side" aria-label={t.departmentFacts}>
          {detail.data ? <Facts department={detail.data} onAsk={setAsked} onClose={() => setChosen(undefined)} /> : <Empty icon="building" title={t.chooseDepartment} />}
        </aside>
      </main>
      {asked === "create" ? <NameDialog parent={detail.data} onClose={() => setAsked(null)} /> : null}
      {asked === "rename" && detail.data ? <NameDialog renamed={detail.data} onClose={() => setAsked(null)} /> : null}
      {asked === "move" && detail.data ? <MoveDialog department={detail.data} onClose={() => setAsked(null)} /> : null}
      {asked === "arrange" && detail.data ? <Arrange department={detail.data} onClose={() => setAsked(null)} /> : null}
      {asked === "remove" && detail.data ? <Remove department={detail.data} onClose={() => setAsked(null)} onRemoved={() => setChosen(undefined)} /> : null}
    </>
  );
}

function Facts({ department, onAsk, onClose }: { department: DepartmentDetail; onAsk: (asked: Asked) => void; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const may = useMay();
  return (
    <>
      <div className="side-h">
        <h2 className="truncate grow">{department.name}</h2>
        <IconButton small icon="x" label={common.close} onClick={onClose} />
      </div>
      <div className="side-b">
        <section>
          <dl className="kv kv-wide">
            <dt>{t.path}</dt>
            <dd title={department.path.map((one) => one.name).join(" / ")}>{department.path.map((one) => one.name).join(" / ")}</dd>
            <dt>{t.headcount}</dt>
            <dd>{format.number(department.people)}</dd>
            <dt>{t.below}</dt>
            <dd>{format.number(department.children)}</dd>
            <dt>{t.heads}</dt>
            <dd>{department.heads.map((head) => head.name).join(common.separator) || "—"}</dd>
          </dl>
          <Button className="mt-8" small icon="people" disabled={department.people === 0} onClick={() => onAsk("arrange")}>
            {t.arrange}
          </Button>
        </section>
      </div>
      {may("departments") ? (
        <div className="side-f">
          <Button onClick={() => onAsk("rename")}>{t.rename}</Button>
          <Button onClick={() => onAsk("move")}>{t.move}</Button>
          <span className="end" />
          <Button look="danger" disabled={department.people > 0 || department.children > 0} title={t.removeText} onClick={() => onAsk("remove")}>
            {t.remove}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function NameDialog({ parent, renamed, onClose }: { parent?: DepartmentDetail | undefined; renamed?: DepartmentDetail; onClose: () => void }) {
  const t = useTexts();
  const [name, setName] = useState(renamed?.name ?? "");
  const [cid] = useState(newId);
  const act = useAct(onClose);
  const save = () =>
    act.run(() => (renamed ? departments.update(renamed.id, { name: name.trim() }) : departments.create(cid, name.trim(), parent?.id)));
  return (
    <Asking title={renamed ? t.rename : parent ? t.newDepartmentIn(parent.name) : t.newDepartment} verb={renamed ? t.rename : t.create} ready={name.trim() !== ""} act={act} onSubmit={save} onClose={onClose}>
      <TextField label={t.departmentName} required autoFocus value={name} onValue={setName} maxLength={100} fault={act.fault("name")} />
    </Asking>
  );
}

function MoveDialog({ department, onClose }: { department: DepartmentDetail; onClose: () => void }) {
  const t = useTexts();
  const [parent, setParent] = useState(department.parent ?? undefined);
  const tree = useDepartmentTree(parent, "whole");
  const act = useAct(onClose);
  const save = () => act.run(() => departments.update(department.id, { parent: parent ?? "" }));
  return (
    <Asking title={`${t.move} ${department.name}`} verb={t.move} ready={Boolean(parent) && parent !== department.parent && parent !== department.id} act={act} onSubmit={save} onClose={onClose}>
      <div className="dep-tree dep-tree-tall">
        <Tree
          label={t.parentDepartment}
          rows={tree.rows.map((row) => ({ id: row.department.id, level: row.level, label: row.department.name, open: row.open, on: row.department.id === parent }))}
          onSelect={setParent}
          onToggle={tree.toggle}
        />
      </div>
      {act.fault("parent") ? <span className="fault">{act.fault("parent")}</span> : null}
    </Asking>
  );
}

function Remove({ department, onClose, onRemoved }: { department: DepartmentDetail; onClose: () => void; onRemoved: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const problems = useProblems();
  const refresh = useRefresh();
  const remove = async () => {
    try {
      await departments.remove(department.id);
      onRemoved();
      toast(t.removed, "ok");
      await refresh();
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
      throw error;
    }
  };
  return (
    <Confirm open danger title={t.removeTitle(department.name)} act={t.remove} cancel={common.cancel} onClose={onClose} onConfirm={remove}>
      {t.removeText}
    </Confirm>
  );
}

interface AskingProps {
  title: string;
  verb: string;
  ready: boolean;
  act: ReturnType<typeof useAct>;
  onSubmit: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}

function Asking({ title, verb, ready, act, onSubmit, onClose, children }: AskingProps) {
  const common = useCommon();
  return (
    <Dialog
      open
      size="sm"
      onClose={onClose}
      title={title}
      closeLabel={common.close}
      onSubmit={() => void onSubmit()}
      foot={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" look="primary" busy={act.busy} disabled={!ready}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {act.other ? <p className="fault mt-8">{act.other}</p> : null}
    </Dialog>
  );
}

function useAct(onDone: () => void) {
  const problems = useProblems();
  const refresh = useRefresh();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  return {
    busy,
    fault: (field: string) => fieldFault(problem, field, problems),
    other: problem && !["name", "parent"].includes(problem.field ?? "") ? sentence(problem, problems) : undefined,
    run: async (what: () => Promise<unknown>) => {
      setBusy(true);
      try {
        await what();
        await refresh();
        onDone();
      } catch (error) {
        setProblem(asProblem(error));
        setBusy(false);
      }
    },
  };
}
