import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/query";
import { me } from "../../api/session";
import type { AppPassword } from "../../api/types";
import { useMe } from "../../api/useMe";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct, useToldAct } from "../../i18n/useAct";
import { newId } from "../../lib/ids";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Copyable } from "../../ui/Copyable";
import { Dialog } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Banner } from "../../ui/Surface";
import { useTexts } from "./texts";

type Door = AppPassword["door"];

export function AppPasswords() {
  const t = useTexts();
  const list = useQuery({ queryKey: keys.appPasswords, queryFn: me.appPasswords });
  const [made, setMade] = useState<Fresh | null>(null);
  if (list.error) return <Failure error={list.error} title={t.appFailed} onRetry={() => void list.refetch()} />;
  return (
    <div className="form">
      <p className="soft">{t.appNote}</p>
      <NewOne onMade={setMade} />
      <ul className="settings-list">
        {list.data?.items.map((one) => (
          <Row key={one.id} password={one} />
        ))}
        {list.data?.items.length === 0 ? <li className="meta">{t.appNone}</li> : null}
      </ul>
      {made ? <Made {...made} onClose={() => setMade(null)} /> : null}
    </div>
  );
}

const DAY_MICROSECONDS = 24 * 3600 * 1_000_000;

/** When an app password ends that lasts so many days; null: never. */
function endOf(days: string): number | null {
  return days === "0" ? null : Date.now() * 1000 + Number(days) * DAY_MICROSECONDS;
}

interface Fresh {
  password: string;
  door: Door;
}

function NewOne({ onMade }: { onMade: (fresh: Fresh) => void }) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [label, setLabel] = useState("");
  const [door, setDoor] = useState<Door>("webdav");
  const [lasts, setLasts] = useState("0");
  const [cid, setCid] = useState(newId);
  const { busy, problem, run } = useAct();
  const create = async () => {
    const answer = await me.newAppPassword(cid, label.trim(), door, endOf(lasts));
    onMade({ password: answer.password, door });
    setLabel("");
    setCid(newId());
    await client.invalidateQueries({ queryKey: keys.appPasswords });
  };
  return (
    <form
      className="settings-new"
      onSubmit={(event) => {
        event.preventDefault();
        void run(create);
      }}
    >
      <TextField
        label={t.appLabel}
        placeholder={t.appLabelPlaceholder}
        required
        maxLength={100}
        value={label}
        onValue={setLabel}
        fault={fieldFault(problem, "label", problems) ?? (problem ? sentence(problem, problems) : undefined)}
      />
      <SelectField label={t.appDoor} value={door} onValue={(value) => setDoor(value as Door)}>
        <option value="webdav">{t.doors.webdav}</option>
        <option value="ldap">{t.doors.ldap}</option>
        <option value="any">{t.doors.any}</option>
      </SelectField>
      <SelectField label={t.appLasts} value={lasts} onValue={setLasts} fault={fieldFault(problem, "expires_at", problems)}>
        {[0, 30, 90, 365].map((days) => (
          <option key={days} value={days}>
            {days === 0 ? t.appForever : t.appDays(days)}
          </option>
        ))}
      </SelectField>
      <Button type="submit" look="primary" busy={busy} disabled={label.trim() === ""}>
        {t.appCreate}
      </Button>
    </form>
  );
}

function Made({ password, door, onClose }: Fresh & { onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const { person } = useMe();
  const lines: [string, string][] = [
    door === "ldap" ? [t.appHost, `ldaps://${location.hostname}`] : [t.appAddress, `${location.origin}/dav/`],
    [t.appUser, person.uid],
    [t.appPassword, password],
  ];
  return (
    <Dialog open onClose={onClose} title={t.appCreated} closeLabel={common.close} foot={<Button look="primary" onClick={onClose}>{common.close}</Button>}>
      <div className="stack gap-16">
        <Banner tone="warn" icon="alert">
          {t.appOnce}
        </Banner>
        <Copyable lines={lines} copy={t.copy} copied={t.copied} />
      </div>
    </Dialog>
  );
}

function Row({ password }: { password: AppPassword }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const client = useQueryClient();
  const { run } = useToldAct();
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    await me.dropAppPassword(password.id);
    await client.invalidateQueries({ queryKey: keys.appPasswords });
  };
  return (
    <li>
      <Icon name="key" />
      <div className="grow">
        <span className="grant-n truncate">{password.label}</span>
        <span className="row-sub">{[t.doors[password.door], password.used_at ? t.appUsed(format.near(password.used_at)) : t.appNever, password.expires_at ? t.appEnds(format.near(password.expires_at)) : ""].filter(Boolean).join(" · ")}</span>
      </div>
      <Button small look="danger" onClick={() => setAsking(true)}>
        {t.appRemove}
      </Button>
      <Confirm open={asking} danger title={t.appRemoveTitle(password.label)} act={t.appRemove} cancel={common.cancel} onClose={() => setAsking(false)} onConfirm={() => run(remove)}>
        {t.appRemoveText}
      </Confirm>
    </li>
  );
}
