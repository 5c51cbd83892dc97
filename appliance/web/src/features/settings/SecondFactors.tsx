import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { makePasskey, passkeysWork, wasCancelled } from "../../api/passkeys";
import { keys } from "../../api/query";
import { me } from "../../api/session";
import type { Passkey } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { FormDialog } from "../../i18n/FormDialog";
import { useFormat } from "../../i18n/format";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct, useToldAct } from "../../i18n/useAct";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { TextField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Banner } from "../../ui/Surface";
import { agentName } from "./agent";
import { Codes, NewApp } from "./NewApp";
import { useTexts } from "./texts";

/** Passkeys, the authenticator app, recovery codes: how one signs in besides the password. */
export function SecondFactors() {
  const t = useTexts();
  const held = useQuery({ queryKey: keys.secondFactors, queryFn: me.secondFactors });
  if (held.error) return <Failure error={held.error} title={t.factorsFailed} onRetry={() => void held.refetch()} />;
  if (!held.data) return null;
  return (
    <div className="form">
      {held.data.required === "password" ? null : (
        <Banner tone="info" icon="info">
          {t.required[held.data.required]}
        </Banner>
      )}
      <Passkeys passkeys={held.data.passkeys} />
      <App since={held.data.totp_since ?? null} left={held.data.recovery_codes} />
    </div>
  );
}

export function useRefreshFactors(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all([keys.secondFactors, keys.me].map((queryKey) => client.invalidateQueries({ queryKey })));
}

function Passkeys({ passkeys }: { passkeys: Passkey[] }) {
  const t = useTexts();
  const [adding, setAdding] = useState(false);
  return (
    <section className="stack gap-16">
      <div className="cluster between">
        <h3>{t.passkeys}</h3>
        {passkeysWork() ? (
          <Button icon="plus" onClick={() => setAdding(true)}>
            {t.passkeyAdd}
          </Button>
        ) : null}
      </div>
      <p className="soft">{passkeysWork() ? t.passkeysNote : t.passkeysNot}</p>
      <ul className="settings-list">
        {passkeys.map((one) => (
          <PasskeyRow key={one.id} passkey={one} />
        ))}
        {passkeys.length === 0 ? <li className="meta">{t.passkeysNone}</li> : null}
      </ul>
      {adding ? <NewPasskey onClose={() => setAdding(false)} /> : null}
    </section>
  );
}

/** Names it, then the browser asks for a finger, a face or a PIN. */
export function NewPasskey({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const problems = useProblems();
  const refresh = useRefreshFactors();
  const [name, setName] = useState(agentName(navigator.userAgent) ?? "");
  const [cancelled, setCancelled] = useState(false);
  const { busy, problem, run } = useAct();
  const add = async () => {
    setCancelled(false);
    try {
      await makePasskey(name.trim());
    } catch (error) {
      if (!wasCancelled(error)) throw error;
      setCancelled(true);
      return;
    }
    await refresh();
    onClose();
  };
  return (
    <FormDialog size="sm" title={t.passkeyAdd} act={t.passkeyGoOn} busy={busy} ready={name.trim() !== ""} onClose={onClose} onSubmit={() => void run(add)}>
      <p className="soft">{t.passkeyAddText}</p>
      {cancelled ? (
        <Banner tone="warn" icon="alert">
          {t.passkeyCancelled}
        </Banner>
      ) : null}
      <TextField label={t.passkeyName} required autoFocus maxLength={100} value={name} onValue={setName} fault={fieldFault(problem, "name", problems) ?? (problem ? sentence(problem, problems) : undefined)} />
    </FormDialog>
  );
}

function PasskeyRow({ passkey }: { passkey: Passkey }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const refresh = useRefreshFactors();
  const { run } = useToldAct();
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    await me.dropPasskey(passkey.id);
    await refresh();
  };
  const parts = [passkey.synced ? t.passkeySynced : t.passkeyBound, t.passkeySince(format.near(passkey.created_at)), passkey.used_at ? t.appUsed(format.near(passkey.used_at)) : t.appNever];
  return (
    <li>
      <Icon name="key" />
      <div className="grow">
        <span className="grant-n truncate">{passkey.name}</span>
        <span className="row-sub">{parts.join(" · ")}</span>
      </div>
      <Button small look="danger" onClick={() => setAsking(true)}>
        {common.remove}
      </Button>
      <Confirm open={asking} danger title={t.appRemoveTitle(passkey.name)} act={common.remove} cancel={common.cancel} onClose={() => setAsking(false)} onConfirm={() => run(remove)}>
        {t.passkeyRemoveText}
      </Confirm>
    </li>
  );
}

function App({ since, left }: { since: number | null; left: number }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const refresh = useRefreshFactors();
  const { busy, run } = useToldAct();
  const [open, setOpen] = useState<"new" | "remove" | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const renew = async () => {
    setCodes((await me.renewRecoveryCodes()).codes);
    await refresh();
  };
  const remove = async () => {
    await me.removeTotp();
    await refresh();
  };
  return (
    <section className="stack gap-16">
      <div className="cluster between">
        <h3>{t.app}</h3>
        {since === null ? (
          <Button icon="plus" onClick={() => setOpen("new")}>
            {t.appSetUp}
          </Button>
        ) : null}
      </div>
      <p className="soft">{t.appText}</p>
      {since === null ? null : (
        <ul className="settings-list">
          <li>
            <Icon name="phone" />
            <div className="grow">
              <span className="grant-n">{t.appOn}</span>
              <span className="row-sub">{t.passkeySince(format.near(since))}</span>
            </div>
            <Button small look="danger" onClick={() => setOpen("remove")}>
              {common.remove}
            </Button>
          </li>
          <li>
            <Icon name="list" />
            <div className="grow">
              <span className="grant-n">{t.recovery}</span>
              <span className="row-sub">{t.recoveryLeft(left)}</span>
            </div>
            <Button small busy={busy} onClick={() => void run(renew).catch(() => undefined)}>
              {t.recoveryRenew}
            </Button>
          </li>
        </ul>
      )}
      {open === "new" ? <NewApp onClose={() => setOpen(null)} /> : null}
      {codes ? <Codes codes={codes} onClose={() => setCodes(null)} /> : null}
      <Confirm open={open === "remove"} danger title={t.appTakeAway} act={common.remove} cancel={common.cancel} onClose={() => setOpen(null)} onConfirm={() => run(remove)}>
        {t.appTakeAwayText}
      </Confirm>
    </section>
  );
}
