import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { keys } from "../../api/query";
import { roles } from "../../api/security";
import type { Role, RoleGrant } from "../../api/types";
import { useMe } from "../../api/useMe";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { ColleaguePicker } from "../../i18n/ColleaguePicker";
import { useAct, useToldAct } from "../../i18n/useAct";
import { newId } from "../../lib/ids";
import { useTitle } from "../../lib/react";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { SelectField, TextField } from "../../ui/Field";
import { PageBar } from "../../ui/PageBar";
import type { Pick } from "../../ui/PeoplePicker";
import { StateShape } from "../../ui/StateShape";
import { toast } from "../../ui/Toast";
import { useTexts } from "./texts";

const ROLES: Role[] = ["system", "security", "audit"];

/** Who holds the three exclusive roles, granting, revoking. */
export default function Roles() {
  const t = useTexts();
  useTitle(t.roles);
  const list = useQuery({ queryKey: keys.roles, queryFn: roles.list });
  const grants = list.data?.items ?? [];
  return (
    <>
      <PageBar title={t.roles} sub={t.rolesSub} />
      <main className="con-body">
        {list.error ? (
          <Failure error={list.error} title={t.failedRoles} onRetry={() => void list.refetch()} />
        ) : (
          <div className="con-page stack gap-16">
            <div className="trio-cards">
              {ROLES.map((role, index) => (
                <Fragment key={role}>
                  {index > 0 ? (
                    <div className="apart" aria-hidden="true">
                      <span>{t.exclusive}</span>
                    </div>
                  ) : null}
                  <RoleCard role={role} index={index} grants={grants.filter((grant) => grant.role === role)} />
                </Fragment>
              ))}
            </div>
            <GrantCard grants={grants} />
            <AllGrants grants={grants} />
          </div>
        )}
      </main>
    </>
  );
}

function RoleCard({ role, index, grants }: { role: Role; index: number; grants: RoleGrant[] }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const { person: self } = useMe();
  return (
    <section className="card">
      <div className="card-head">
        <span className="trio" aria-hidden="true">
          {ROLES.map((one, at) => (
            <i key={one} className={at === index ? "on" : undefined} />
          ))}
        </span>
        <h2>{common.roles[role]}</h2>
        <span className="meta end">{t.holders(grants.length)}</span>
      </div>
      <div className="card-body">
        <ul className="holders">
          {grants.map(({ person, granted_at }) => (
            <li key={person.id}>
              <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} size={24} />
              <span className="truncate">{person.name}</span>
              {person.id === self.id ? <span className="meta">{t.self}</span> : null}
              <span className="n nowrap">{t.since(format.near(granted_at))}</span>
            </li>
          ))}
        </ul>
        <ul className="can">
          <li>
            <StateShape name="dot" tone="ok" />
            {t.can[role]}
          </li>
          <li>
            <StateShape name="line" tone="off" />
            {t.cannot[role]}
          </li>
        </ul>
      </div>
    </section>
  );
}

function GrantCard({ grants }: { grants: RoleGrant[] }) {
  const t = useTexts();
  const common = useCommon();
  const problems = useProblems();
  const client = useQueryClient();
  const { person: self } = useMe();
  const [picked, setPicked] = useState<Pick[]>([]);
  const [role, setRole] = useState<Role>("system");
  const [reason, setReason] = useState("");
  const [cid, setCid] = useState(newId);
  const { busy, problem, run } = useAct();
  const who = picked[0];
  const holds = grants.find((grant) => grant.person.uid === who?.uid);
  const clash = who && holds ? t.holdsAlready(who.name, common.roles[holds.role]) : undefined;
  const grant = async () => {
    if (!who) return;
    await roles.grant(cid, role, who.uid, reason.trim());
    toast(t.granted(who.name, common.roles[role]), "ok");
    setPicked([]);
    setReason("");
    setCid(newId());
    await client.invalidateQueries({ queryKey: keys.roles });
  };
  return (
    <section className="card card-open">
      <div className="card-head">
        <h2>{t.grantTitle}</h2>
        <span className="meta truncate">{t.grantNote}</span>
      </div>
      <form
        className="card-body"
        onSubmit={(event) => {
          event.preventDefault();
          void run(grant);
        }}
      >
        <div className="grant grant-3">
          <div className="field">
            <span className="label">{t.person}</span>
            <ColleaguePicker
              whole
              single
              picked={picked}
              onPicked={setPicked}
              without={[self.uid]}
              label={t.pick}
            />
          </div>
          <SelectField label={t.role} value={role} onValue={(value) => setRole(value as Role)}>
            {ROLES.map((one) => (
              <option key={one} value={one}>
                {common.roles[one]}
              </option>
            ))}
          </SelectField>
          <TextField label={t.reason} value={reason} onValue={setReason} maxLength={500} fault={fieldFault(problem, "reason", problems)} />
          <Button type="submit" look="primary" busy={busy} disabled={!who || Boolean(clash) || reason.trim() === ""}>
            {t.grant}
          </Button>
        </div>
        {clash || (problem && problem.field !== "reason") ? (
          <p className="fault mt-8" role="alert">
            <StateShape name="dia" tone="bad" />
            {clash ?? (problem ? sentence(problem, problems) : "")}
          </p>
        ) : null}
      </form>
    </section>
  );
}

function AllGrants({ grants }: { grants: RoleGrant[] }) {
  const t = useTexts();
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.all}</h2>
        <span className="meta">{grants.length}</span>
      </div>
      <table className="table">
        <colgroup>
          <col />
          <col className="w144" />
          <col className="w144 hide-phone" />
          <col className="hide-phone" />
          <col className="w88" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t.person}</th>
            <th scope="col">{t.role}</th>
            <th scope="col" className="hide-phone">{t.grantedAt}</th>
            <th scope="col" className="hide-phone">{t.grantedBy}</th>
            <th scope="col"><span className="sr-only">{t.revoke}</span></th>
          </tr>
        </thead>
        <tbody>
          {grants.map((grant) => (
            <GrantRow key={`${grant.role}-${grant.person.id}`} grant={grant} only={grants.filter((one) => one.role === grant.role).length === 1} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function GrantRow({ grant, only }: { grant: RoleGrant; only: boolean }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const client = useQueryClient();
  const { run } = useToldAct();
  const [asking, setAsking] = useState(false);
  const revoke = async () => {
    await roles.revoke(grant.role, grant.person.uid);
    toast(t.revoked, "ok");
    await client.invalidateQueries({ queryKey: keys.roles });
  };
  return (
    <tr>
      <td>
        <span className="cluster">
          <Avatar name={grant.person.name} picture={pictureOf(grant.person)} hue={grant.person.avatar_hue} seed={grant.person.id} size={24} />
          <span className="truncate">{grant.person.name}</span>
          <span className="meta">{grant.person.uid}</span>
        </span>
      </td>
      <td>{common.roles[grant.role]}</td>
      <td className="soft hide-phone">{format.exact(grant.granted_at).slice(0, 16)}</td>
      <td className="soft hide-phone">{grant.granted_by?.name ?? t.setup}</td>
      <td className="r">
        <Button small look="danger" disabled={only} title={only ? t.revokeText : undefined} onClick={() => setAsking(true)}>
          {t.revoke}
        </Button>
        <Confirm open={asking} danger title={t.revokeTitle(grant.person.name, common.roles[grant.role])} act={t.revoke} cancel={common.cancel} onClose={() => setAsking(false)} onConfirm={() => run(revoke)}>
          {t.revokeText}
        </Confirm>
      </td>
    </tr>
  );
}
