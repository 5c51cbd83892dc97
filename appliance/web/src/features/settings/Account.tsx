import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { personFields } from "../../api/directory";
import { keys } from "../../api/query";
import { me } from "../../api/session";
import { signOut } from "../../api/signOut";
import { useMe } from "../../api/useMe";
import { useFormat } from "../../i18n/format";
import { changedValues, FieldInputs, startingValues } from "../../i18n/FieldValues";
import { PictureChange } from "../../i18n/PictureChange";
import { usePasswordHelp } from "../../i18n/passwordHelp";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct } from "../../i18n/useAct";
import { workLine } from "../../api/pickPeople";
import { paths } from "../../lib/paths";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Banner } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { useTexts } from "./texts";

export function Account() {
  const t = useTexts();
  const { person } = useMe();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  return (
    <div className="form">
      <section className="cluster gap-16">
        <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} size={56} />
        <div className="grow">
          <h2 className="truncate">{person.name}</h2>
          <p className="compact soft truncate">{[person.uid, workLine(person)].filter(Boolean).join(" · ")}</p>
          <PictureChange has={Boolean(person.avatar)} />
        </div>
        <Button icon="leave" title={t.signOutNote} onClick={() => void signOut(client).then(() => navigate(paths.signIn()))}>
          {t.signOut}
        </Button>
      </section>
      <OwnFields />
      <div className="divider" />
      <ChangePassword />
    </div>
  );
}

/** What the enterprise asks of its people and leaves to them. */
function OwnFields() {
  const t = useTexts();
  const problems = useProblems();
  const { person } = useMe();
  const client = useQueryClient();
  const all = useQuery({ queryKey: keys.personFields, queryFn: personFields.list });
  const mine = all.data?.items.filter((field) => field.editor === "person") ?? [];
  const [values, setValues] = useState(() => startingValues(person.fields));
  const { busy, problem, run } = useAct();
  const keysOfMine = mine.map((field) => field.key);
  const changed = Object.fromEntries(Object.entries(changedValues(person.fields, values)).filter(([key]) => keysOfMine.includes(key)));
  const save = async () => {
    client.setQueryData(keys.me, await personFields.changeOwn(changed));
    await client.invalidateQueries({ queryKey: keys.person(person.uid) });
    toast(t.ownSaved, "ok");
  };
  if (mine.length === 0) return null;
  return (
    <>
      <div className="divider" />
      <form
        className="stack gap-16"
        onSubmit={(event) => {
          event.preventDefault();
          void run(save);
        }}
      >
        <h3>{t.ownFields}</h3>
        {problem ? (
          <Banner tone="danger" icon="alert-circle">
            {sentence(problem, problems)}
          </Banner>
        ) : null}
        <FieldInputs fields={mine} held={person.fields} values={values} onValues={setValues} />
        <div className="cluster">
          <Button type="submit" look="primary" busy={busy} disabled={Object.keys(changed).length === 0}>
            {t.ownSave}
          </Button>
        </div>
      </form>
    </>
  );
}

function ChangePassword() {
  const t = useTexts();
  const format = useFormat();
  const { password_rules, password_ends_at } = useMe();
  const client = useQueryClient();
  const help = usePasswordHelp(password_rules);
  const problems = useProblems();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [repeat, setRepeat] = useState("");
  const { busy, problem, run } = useAct();
  const different = repeat !== "" && repeat !== next;
  const change = async () => {
    await me.password(current, next);
    await client.invalidateQueries({ queryKey: keys.me });
    toast(t.changed, "ok");
    setCurrent("");
    setNext("");
    setRepeat("");
  };
  const placed = problem?.field === "password" || problem?.field === "current";
  return (
    <form
      className="stack gap-16"
      onSubmit={(event) => {
        event.preventDefault();
        void run(change);
      }}
    >
      <h3>{t.password}</h3>
      {password_ends_at ? (
        <Banner tone="warn" icon="alert">
          {t.passwordEnds(format.exact(password_ends_at).slice(0, 10))}
        </Banner>
      ) : null}
      {problem && !placed ? (
        <Banner tone="danger" icon="alert-circle">
          {sentence(problem, problems)}
        </Banner>
      ) : null}
      <TextField label={t.current} type="password" autoComplete="current-password" required value={current} onValue={setCurrent} fault={fieldFault(problem, "current", problems)} />
      <TextField label={t.next} type="password" autoComplete="new-password" required value={next} onValue={setNext} help={help} fault={fieldFault(problem, "password", problems)} />
      <TextField label={t.repeat} type="password" autoComplete="new-password" required value={repeat} onValue={setRepeat} fault={different ? t.different : undefined} />
      <div className="cluster">
        <Button type="submit" look="primary" busy={busy} disabled={different || current === "" || next === "" || repeat === ""}>
          {t.change}
        </Button>
        <span className="meta">{t.changeNote}</span>
      </div>
    </form>
  );
}
