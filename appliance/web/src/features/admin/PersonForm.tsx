import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { administration, personFields } from "../../api/directory";
import { keys } from "../../api/query";
import type { PersonCard } from "../../api/types";
import { useMay } from "../../api/useMe";
import { useDepartmentTree } from "../../api/useDepartmentTree";
import { useCommon } from "../../i18n/common";
import { changedValues, FieldInputs, startingValues } from "../../i18n/FieldValues";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { ColleaguePicker } from "../../i18n/ColleaguePicker";
import { FormDialog } from "../../i18n/FormDialog";
import { useAct } from "../../i18n/useAct";
import { pictureOf } from "../../lib/pictures";
import { newId } from "../../lib/ids";
import { DepartmentPicker, type PickedDepartment } from "../../ui/DepartmentPicker";
import { TextField } from "../../ui/Field";
import type { Pick } from "../../ui/PeoplePicker";
import { Banner } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { useRefresh } from "./PersonSide";
import { useTexts } from "./texts";

interface Props {
  /** Absent: a new one. */
  person?: PersonCard;
  department?: PickedDepartment | undefined;
  onClose: () => void;
  onDone?: (person: PersonCard) => void;
}

const FIELDS = ["uid", "name", "title", "mail", "mobile", "password", "departments", "main", "titles", "manager"];

export function PersonForm({ person, department, onClose, onDone }: Props) {
  const t = useTexts();
  const common = useCommon();
  const problems = useProblems();
  const refresh = useRefresh();
  const may = useMay();
  const [cid] = useState(newId);
  const [uid, setUid] = useState(person?.uid ?? "");
  const [name, setName] = useState(person?.name ?? "");
  const [title, setTitle] = useState(person?.title ?? "");
  const [mail, setMail] = useState(person?.mail ?? "");
  const [mobile, setMobile] = useState(person?.mobile ?? "");
  const [password, setPassword] = useState("");
  const [posts, setPosts] = useState<PickedDepartment[]>(() => startingPosts(person, department));
  const [titles, setTitles] = useState<Record<string, string>>(() => Object.fromEntries((person?.departments ?? []).map((one) => [one.id, one.title ?? ""])));
  const [manager, setManager] = useState<Pick[]>(() => (person?.manager ? [{ ...person.manager, picture: pictureOf(person.manager), hue: person.manager.avatar_hue }] : []));
  const own = useQuery({ queryKey: keys.personFields, queryFn: personFields.list });
  const held = person?.fields ?? [];
  const [values, setValues] = useState(() => startingValues(held));
  const { busy, problem, run } = useAct();
  const fault = (field: string) => fieldFault(problem, field, problems);
  const save = async () => {
    const fields = {
      name: name.trim(),
      title: title.trim(),
      mail: mail.trim(),
      mobile: mobile.trim(),
      departments: posts.map((one) => one.id),
      ...(posts[0] ? { main: posts[0].id } : {}),
      titles: Object.fromEntries(posts.map((one) => [one.id, (titles[one.id] ?? "").trim()])),
      ...(manager[0] ? { manager: manager[0].uid } : {}),
      fields: changedValues(held, values),
    };
    const saved = person
      ? await administration.update(person.uid, { manager: null, ...cleared(fields) })
      : await administration.create(cid, { uid: uid.trim(), ...withoutEmpty(fields), ...(password ? { password } : {}) });
    toast(person ? t.saved : t.created(saved.name), "ok");
    await refresh();
    onDone?.(saved);
    onClose();
  };
  return (
    <FormDialog
      title={person ? t.editTitle(person.name) : t.newPerson}
      act={person ? common.save : t.create}
      busy={busy}
      ready={name.trim() !== "" && uid.trim() !== ""}
      onClose={onClose}
      onSubmit={() => void run(save)}
    >
      {problem && !FIELDS.includes(problem.field ?? "") ? (
        <Banner tone="danger" icon="alert-circle">
          {sentence(problem, problems)}
        </Banner>
      ) : null}
      <div className="form-grid">
        <TextField label={t.name} required value={name} onValue={setName} fault={fault("name")} />
        {person ? null : <TextField label={t.account} required autoCapitalize="none" spellCheck={false} value={uid} onValue={setUid} help={t.accountHelp} fault={fault("uid")} />}
        <TextField label={t.job} value={title} onValue={setTitle} fault={fault("title")} />
        <TextField label={t.mobile} type="tel" value={mobile} onValue={setMobile} fault={fault("mobile")} />
        <TextField label={t.mail} type="email" value={mail} onValue={setMail} fault={fault("mail")} />
      </div>
      <div className="field">
        <span className="label">{t.department}</span>
        <Departments posts={posts} onPosts={setPosts} />
        {fault("departments") ? <span className="fault">{fault("departments")}</span> : <span className="help">{t.departmentHelp}</span>}
      </div>
      {posts.length > 1 || posts.some((one) => titles[one.id]) ? (
        <div className="form-grid">
          {posts.map((one) => (
            <TextField key={one.id} label={t.titleIn(one.name)} value={titles[one.id] ?? ""} onValue={(title) => setTitles({ ...titles, [one.id]: title })} help={t.titleInHelp} fault={fault("titles")} />
          ))}
        </div>
      ) : null}
      <div className="field">
        <span className="label">{t.manager}</span>
        <ColleaguePicker
            whole
          single
          picked={manager}
          onPicked={setManager}
          without={person ? [person.uid] : []}
          label={t.pickManager}
        />
        {fault("manager") ? <span className="fault">{fault("manager")}</span> : null}
      </div>
      <FieldInputs fields={own.data?.items ?? []} held={held} values={values} onValues={setValues} />
      {person || !may("sign-in") ? null : <TextField label={t.newPassword} autoComplete="off" spellCheck={false} value={password} onValue={setPassword} help={t.passwordHelp} fault={fault("password")} />}
    </FormDialog>
  );
}

function Departments({ posts, onPosts }: { posts: PickedDepartment[]; onPosts: (posts: PickedDepartment[]) => void }) {
  const t = useTexts();
  const common = useCommon();
  const tree = useDepartmentTree(posts[0]?.id, "whole");
  return (
    <DepartmentPicker
      label={t.departments}
      rows={tree.rows.map((row) => ({ id: row.department.id, level: row.level, label: row.department.name, open: row.open }))}
      onToggle={tree.toggle}
      picked={posts}
      onPicked={onPosts}
      nameOf={(id) => tree.rows.find((row) => row.department.id === id)?.department.name ?? id}
      removeLabel={common.pick.remove}
      mainLabel={t.mainDepartment}
    />
  );
}

function startingPosts(person: PersonCard | undefined, department: PickedDepartment | undefined): PickedDepartment[] {
  if (!person) return department ? [department] : [];
  const sorted = [...person.departments].sort((a, b) => Number(b.main) - Number(a.main));
  return sorted.map(({ id, name }) => ({ id, name }));
}

/** What was emptied is cleared on the box. */
function cleared<T extends { title: string; mail: string; mobile: string }>(fields: T) {
  return { ...fields, title: fields.title || null, mail: fields.mail || null, mobile: fields.mobile || null };
}

function withoutEmpty<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "")) as T;
}
