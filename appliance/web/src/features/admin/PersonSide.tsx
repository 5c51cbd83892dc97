import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { administration } from "../../api/directory";
import { keys } from "../../api/query";
import type { PersonCard } from "../../api/types";
import { useMay } from "../../api/useMe";
import { useCommon } from "../../i18n/common";
import { FieldText, useFieldLabel } from "../../i18n/FieldValues";
import { useFormat } from "../../i18n/format";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { PictureChange } from "../../i18n/PictureChange";
import { FormDialog } from "../../i18n/FormDialog";
import { useAct, useToldAct } from "../../i18n/useAct";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Button, IconButton } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { TextField } from "../../ui/Field";
import { toast } from "../../ui/Toast";
import { PersonStateMark } from "./PeopleList";
import { IssueCode } from "./IssueCode";
import { PersonForm } from "./PersonForm";
import { Leave, PersonEnds, Temporary } from "./lifecycle/PersonActs";
import { useTexts as useLifecycleTexts } from "./lifecycle/texts";
import { useTexts } from "./texts";

/** One person: state, profile, and the acts of a system administrator. */
export function PersonSide({ person, onClose }: { person: PersonCard; onClose: () => void }) {
  const t = useTexts();
  const lifecycle = useLifecycleTexts();
  const common = useCommon();
  const refresh = useRefresh();
  const label = useFieldLabel();
  const may = useMay();
  const [dialog, setDialog] = useState<"freeze" | "password" | "code" | "edit" | "leave" | "temporary" | null>(null);
  const { busy, run } = useToldAct();
  const unfreeze = async () => {
    await administration.unfreeze(person.uid);
    toast(t.unfrozen(person.name), "ok");
    await refresh();
  };
  const main = person.departments.find((one) => one.main) ?? person.departments[0];
  const others = person.departments.filter((one) => one !== main);
  const pathOf = (id: string | undefined) => person.department_paths?.find((path) => path.at(-1)?.id === id)?.map((one) => one.name).join(" / ");
  return (
    <aside className="side" aria-label={person.name}>
      <div className="side-h">
        <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} off={person.state === "frozen"} />
        <div className="grow">
          <h2 className="truncate">
            {person.name} <span className="meta">{person.pinyin}</span>
          </h2>
          <div className="meta soft truncate">{[main?.name, person.title, person.uid].filter(Boolean).join(" · ")}</div>
        </div>
        <IconButton small icon="x" label={common.close} onClick={onClose} />
      </div>
      <div className="side-b">
        <section>
          <h3>{t.lifecycle}</h3>
          <PersonStateMark state={person.state} />
          <p className="meta mt-8">{person.state === "invited" ? t.invitedNote : t.frozenNote}</p>
          {may("people") ? <PersonEnds uid={person.uid} /> : null}
          <div className="cluster mt-8">
            {may("people") ? (
              <Button small onClick={() => setDialog("temporary")}>
                {lifecycle.temporary}
              </Button>
            ) : null}
            {may("all") ? (
              <Button small look="danger" onClick={() => setDialog("leave")}>
                {lifecycle.leave}
              </Button>
            ) : null}
          </div>
        </section>
        <section>
          <h3>
            {t.profile}
            {may("people") ? (
              <button type="button" className="link compact end" onClick={() => setDialog("edit")}>
                {t.edit}
              </button>
            ) : null}
          </h3>
          <PictureChange uid={person.uid} has={Boolean(person.avatar)} />
          <dl className="kv mt-8">
            <dt>{t.mainDepartment}</dt>
            <dd title={pathOf(main?.id)}>{pathOf(main?.id) ?? main?.name ?? "—"}</dd>
            {others.length > 0 ? (
              <>
                <dt>{t.otherDepartments}</dt>
                <dd>{others.map((one) => [one.name, one.title].filter(Boolean).join(" · ")).join(common.separator)}</dd>
              </>
            ) : null}
            <dt>{t.number}</dt>
            <dd>{person.employee_no ?? "—"}</dd>
            <dt>{t.manager}</dt>
            <dd>{person.manager?.name ?? (person.department_head ? t.byDepartment(person.department_head.name) : "—")}</dd>
            <dt>{t.mobile}</dt>
            <dd>{person.mobile ?? "—"}</dd>
            <dt>{t.mail}</dt>
            <dd title={person.mail ?? undefined}>{person.mail ?? "—"}</dd>
            {person.fields.map((field) => (
              <Fragment key={field.key}>
                <dt>{label(field)}</dt>
                <dd>
                  <FieldText field={field} />
                </dd>
              </Fragment>
            ))}
          </dl>
        </section>
        {may("sign-in") ? <SignedIn person={person} /> : null}
        <section>
          <h3>{t.roles}</h3>
          <p className="meta soft">{t.rolesNote}</p>
        </section>
      </div>
      <div className="side-f">
        {!may("people") ? null : person.state === "frozen" ? (
          <Button busy={busy} onClick={() => void run(unfreeze).catch(() => undefined)}>
            {t.unfreeze}
          </Button>
        ) : (
          <Button look="danger" onClick={() => setDialog("freeze")}>
            {t.freeze}
          </Button>
        )}
        <span className="end" />
        {person.state === "frozen" || !may("sign-in") ? null : <Button onClick={() => setDialog("code")}>{t.issueCode}</Button>}
        {may("sign-in") ? <Button onClick={() => setDialog("password")}>{t.setPassword}</Button> : null}
      </div>
      {dialog === "freeze" ? <Freeze person={person} onClose={() => setDialog(null)} /> : null}
      {dialog === "password" ? <SetPassword person={person} onClose={() => setDialog(null)} /> : null}
      {dialog === "code" ? <IssueCode person={person} onClose={() => setDialog(null)} /> : null}
      {dialog === "leave" ? <Leave person={person} onClose={() => setDialog(null)} onDone={refresh} /> : null}
      {dialog === "temporary" ? <Temporary person={person} onClose={() => setDialog(null)} onDone={refresh} /> : null}
      {dialog === "edit" ? <PersonForm person={person} onClose={() => setDialog(null)} /> : null}
    </aside>
  );
}

/** Where the person is signed in, and what to do when telephone or laptop are lost. */
function SignedIn({ person }: { person: PersonCard }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const client = useQueryClient();
  const { run } = useToldAct();
  const [asking, setAsking] = useState<"end" | "reset" | null>(null);
  // Refused to whoever does not keep this account: then there is nothing to show.
  const { data } = useQuery({ queryKey: keys.personSessions(person.uid), queryFn: () => administration.sessions(person.uid) });
  if (!data) return null;
  const done = (text: string) => {
    toast(text, "ok");
    return client.invalidateQueries({ queryKey: keys.personSessions(person.uid) });
  };
  const end = async () => {
    await administration.signOut(person.uid);
    await done(t.signedOut(person.name));
  };
  const reset = async () => {
    await administration.resetSecondFactors(person.uid);
    await done(t.factorsReset(person.name));
  };
  return (
    <section>
      <h3>{t.signedIn}</h3>
      <p className="meta soft">{data.items[0] ? t.sessions(data.items.length, format.near(data.items[0].seen_at)) : t.noSessions}</p>
      <div className="cluster mt-8">
        <Button small disabled={data.items.length === 0} onClick={() => setAsking("end")}>
          {t.signOutAll}
        </Button>
        <Button small onClick={() => setAsking("reset")}>
          {t.resetFactors}
        </Button>
      </div>
      <Confirm open={asking === "end"} danger title={t.signOutTitle(person.name)} act={t.signOutAll} cancel={common.cancel} onClose={() => setAsking(null)} onConfirm={() => run(end)}>
        {t.signOutText}
      </Confirm>
      <Confirm open={asking === "reset"} danger title={t.resetTitle(person.name)} act={t.resetFactors} cancel={common.cancel} onClose={() => setAsking(null)} onConfirm={() => run(reset)}>
        {t.resetText}
      </Confirm>
    </section>
  );
}

export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all(["admin-people", "people", "person", "departments", "department", "terms", "departures"].map((key) => client.invalidateQueries({ queryKey: [key] })));
  };
}

function Freeze({ person, onClose }: { person: PersonCard; onClose: () => void }) {
  const t = useTexts();
  const refresh = useRefresh();
  const [reason, setReason] = useState("");
  const { busy, run } = useToldAct();
  const freeze = async () => {
    await administration.freeze(person.uid, reason.trim());
    toast(t.frozen(person.name), "ok");
    await refresh();
    onClose();
  };
  return (
    <FormDialog danger size="sm" title={t.freezeTitle(person.name)} act={t.freeze} busy={busy} onClose={onClose} onSubmit={() => void run(freeze).catch(() => undefined)}>
      <p className="soft">{t.freezeText}</p>
      <TextField label={t.freezeReason} value={reason} onValue={setReason} maxLength={500} />
    </FormDialog>
  );
}

function SetPassword({ person, onClose }: { person: PersonCard; onClose: () => void }) {
  const t = useTexts();
  const problems = useProblems();
  const [password, setPassword] = useState("");
  const { busy, problem, run } = useAct();
  const set = async () => {
    await administration.setPassword(person.uid, password);
    toast(t.passwordSet, "ok");
    onClose();
  };
  return (
    <FormDialog size="sm" title={t.setPasswordTitle(person.name)} act={t.setPassword} busy={busy} ready={password !== ""} onClose={onClose} onSubmit={() => void run(set)}>
      <p className="soft">{t.setPasswordText}</p>
      <TextField
        label={t.newPassword}
        autoComplete="off"
        spellCheck={false}
        value={password}
        onValue={setPassword}
        fault={fieldFault(problem, "password", problems) ?? (problem ? sentence(problem, problems) : undefined)}
      />
    </FormDialog>
  );
}
