import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { audit } from "../../api/audit";
import { keys } from "../../api/query";
import type { Witness } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { FormDialog } from "../../i18n/FormDialog";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct, useToldAct } from "../../i18n/useAct";
import { newId } from "../../lib/ids";
import { useTitle } from "../../lib/react";
import { fileTime } from "../../lib/save";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Field, TextField } from "../../ui/Field";
import { PageBar } from "../../ui/PageBar";
import { State, StateShape, type ShapeName, type Tone } from "../../ui/StateShape";
import { Banner, Empty } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { checkpointOf, short } from "./proof";
import { useTexts } from "./texts";
import { useDownload } from "./useDownload";

const STANDINGS: Record<NonNullable<Witness["seen"]>["standing"], { shape: ShapeName; tone: Tone }> = {
  continues: { shape: "ok", tone: "ok" },
  "rolled-back": { shape: "dia", tone: "bad" },
  forked: { shape: "dia", tone: "bad" },
  "cannot-tell": { shape: "ring", tone: "warn" },
};

/** Witnesses outside the box: what they are for, what each has seen, and the files that are carried to and fro. */
export default function Witnesses() {
  const t = useTexts();
  useTitle(t.witness.title);
  const [registering, setRegistering] = useState(false);
  const list = useQuery({ queryKey: keys.witnesses, queryFn: audit.witnesses });
  const note = useQuery({ queryKey: keys.checkpoint, queryFn: audit.checkpointNote });
  const checkpoint = note.data ? checkpointOf(note.data) : null;
  const witnesses = list.data?.items ?? [];
  return (
    <>
      <PageBar title={t.witness.title}>
        <Button look="primary" icon="plus" onClick={() => setRegistering(true)}>
          {t.witness.register}
        </Button>
      </PageBar>
      <main className="con-body">
        {list.error ? (
          <Failure error={list.error} title={t.witness.failed} onRetry={() => void list.refetch()} />
        ) : (
          <div className="con-page stack gap-16">
            {witnesses.map((witness) => (
              <Warning key={witness.id} witness={witness} size={checkpoint?.size} />
            ))}
            <Checkpoint note={note.data} />
            {witnesses.map((witness) => (
              <Card key={witness.id} witness={witness} />
            ))}
            {list.data && witnesses.length === 0 ? (
              <section className="card">
                <Empty icon="eye" title={t.witness.none}>
                  {t.witness.noneText}
                </Empty>
              </section>
            ) : null}
          </div>
        )}
      </main>
      {registering ? <Register onClose={() => setRegistering(false)} /> : null}
    </>
  );
}

function Warning({ witness: { name, seen }, size }: { witness: Witness; size: number | undefined }) {
  const t = useTexts();
  const format = useFormat();
  if (seen?.standing !== "rolled-back" && seen?.standing !== "forked") return null;
  const had = format.number(seen.size);
  return (
    <Banner tone="danger" icon="alert">
      {seen.standing === "forked" ? t.witness.forkedWarning(name, had) : t.witness.rolledBackWarning(name, had, size === undefined ? "?" : format.number(size))}
    </Banner>
  );
}

function Checkpoint({ note }: { note: string | undefined }) {
  const t = useTexts();
  const format = useFormat();
  const checkpoint = note ? checkpointOf(note) : null;
  const { busy, run } = useDownload();
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.witness.what}</h2>
      </div>
      <div className="card-body stack gap-12">
        <p className="soft">{t.witness.whatText}</p>
        <dl className="kv kv-wide kv-wrap">
          <dt>{t.witness.entries}</dt>
          <dd className="num">{checkpoint ? format.number(checkpoint.size) : "—"}</dd>
          <dt>{t.root}</dt>
          <dd className="mono">{checkpoint ? short(checkpoint.root) : "—"}</dd>
          <dt>{t.witness.log}</dt>
          <dd>{checkpoint?.origin ?? "—"}</dd>
        </dl>
      </div>
      <div className="card-foot">
        <span>{t.witness.keep}</span>
        <span className="end" />
        <Button small icon="download" busy={busy} onClick={() => void run(audit.checkpoint, `holdfast-checkpoint-${fileTime()}.txt`)}>
          {t.witness.download}
        </Button>
      </div>
    </section>
  );
}

function Card({ witness }: { witness: Witness }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const client = useQueryClient();
  const { run } = useToldAct();
  const [doing, setDoing] = useState<"ask" | "take" | "remove" | null>(null);
  const { seen } = witness;
  const look = seen ? STANDINGS[seen.standing] : ({ shape: "ring", tone: "off" } as const);
  const close = () => setDoing(null);
  const remove = async () => {
    await audit.removeWitness(witness.id);
    toast(t.witness.removed, "ok");
    await client.invalidateQueries({ queryKey: keys.witnesses });
  };
  return (
    <section className={look.tone === "bad" ? "card card-bad" : "card"}>
      <div className="card-head">
        <h2 className="truncate" title={witness.name}>{witness.name}</h2>
        <span className="end" />
        <State shape={look.shape} tone={look.tone}>
          {seen ? t.witness.standings[seen.standing] : t.witness.nothingYet}
        </State>
      </div>
      <div className="card-body">
        <dl className="kv kv-wide kv-wrap">
          <dt>{t.witness.seen}</dt>
          <dd className="num">{seen ? t.witness.seenValue(format.number(seen.size), format.exact(seen.at)) : "—"}</dd>
          <dt>{t.witness.received}</dt>
          <dd>{seen ? format.exact(seen.received_at) : "—"}</dd>
          <dt>{t.witness.asked}</dt>
          <dd>{witness.asked_at ? format.exact(witness.asked_at) : "—"}</dd>
          <dt>{t.witness.registered}</dt>
          <dd>{t.witness.registeredValue(witness.registered_by.name, format.exact(witness.registered_at))}</dd>
          <dt>{t.witness.key}</dt>
          <dd className="mono" title={witness.vkey}>{witness.vkey}</dd>
        </dl>
      </div>
      <div className="card-foot">
        <Button small look="quiet" icon="trash" onClick={() => setDoing("remove")}>
          {t.witness.remove}
        </Button>
        <span className="end" />
        <Button small icon="download" onClick={() => setDoing("ask")}>
          {t.witness.ask}
        </Button>
        <Button small icon="upload" onClick={() => setDoing("take")}>
          {t.witness.take}
        </Button>
      </div>
      {doing === "ask" ? <Ask witness={witness} onClose={close} /> : null}
      {doing === "take" ? <Take witness={witness} onClose={close} /> : null}
      <Confirm open={doing === "remove"} danger title={t.witness.removeTitle(witness.name)} act={t.witness.remove} cancel={common.cancel} onClose={close} onConfirm={() => run(remove)}>
        {t.witness.removeText}
      </Confirm>
    </section>
  );
}

function Register({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [vkey, setVkey] = useState("");
  const [cid] = useState(newId);
  const { busy, problem, run } = useAct();
  const register = async () => {
    await audit.registerWitness(cid, vkey.trim());
    toast(t.witness.registeredDone, "ok");
    await client.invalidateQueries({ queryKey: keys.witnesses });
    onClose();
  };
  return (
    <FormDialog title={t.witness.register} act={t.witness.registerAct} busy={busy} ready={vkey.trim() !== ""} onClose={onClose} onSubmit={() => void run(register)}>
      <p className="soft">{t.witness.registerText}</p>
      <TextField
        label={t.witness.key}
        value={vkey}
        onValue={setVkey}
        maxLength={500}
        spellCheck={false}
        required
        placeholder="name+hash+base64"
        fault={fieldFault(problem, "vkey", problems) ?? (problem ? sentence(problem, problems) : undefined)}
      />
      <p className="meta mono">holdfast-audit witness key KEYFILE --name NAME</p>
    </FormDialog>
  );
}

function Ask({ witness, onClose }: { witness: Witness; onClose: () => void }) {
  const t = useTexts();
  const client = useQueryClient();
  const problems = useProblems();
  const { run: save } = useDownload();
  const [old, setOld] = useState(String(witness.seen?.size ?? 0));
  const { busy, problem, run } = useAct();
  const ask = async () => {
    const bytes = await audit.askWitness(witness.id, Number(old));
    await save(() => Promise.resolve(bytes), `holdfast-add-checkpoint-${fileTime()}.txt`);
    await client.invalidateQueries({ queryKey: keys.witnesses });
    onClose();
  };
  return (
    <FormDialog title={t.witness.askTitle(witness.name)} act={t.witness.askAct} busy={busy} ready={/^\d{1,15}$/.test(old)} onClose={onClose} onSubmit={() => void run(ask)}>
      <TextField label={t.witness.old} help={t.witness.oldHelp} value={old} onValue={setOld} inputMode="numeric" required fault={problem ? sentence(problem, problems) : undefined} />
      <p className="soft">{t.witness.askText}</p>
      <p className="meta mono key-line">holdfast-audit witness once --state STATE --key VKEY --sign-with KEYFILE --to COSIGNED FILE</p>
    </FormDialog>
  );
}

function Take({ witness, onClose }: { witness: Witness; onClose: () => void }) {
  const t = useTexts();
  const client = useQueryClient();
  const problems = useProblems();
  const file = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const { busy, problem, run } = useAct();
  const take = async () => {
    const { seen } = await audit.handBack(witness.id, text);
    await client.invalidateQueries({ queryKey: keys.witnesses });
    await client.invalidateQueries({ queryKey: keys.checkpoint });
    toast(seen?.standing === "continues" ? t.witness.taken : t.witness.takenBad, seen?.standing === "continues" ? "ok" : "danger");
    onClose();
  };
  const fault = problem ? sentence(problem, problems) : undefined;
  return (
    <FormDialog title={t.witness.takeTitle(witness.name)} act={t.witness.takeAct} busy={busy} ready={text.trim() !== ""} onClose={onClose} onSubmit={() => void run(take)}>
      <Field
        label={t.witness.cosignature}
        help={t.witness.cosignatureHelp}
        fault={fault}
        aside={
          <Button small icon="file" onClick={() => file.current?.click()}>
            {t.witness.chooseFile}
          </Button>
        }
      >
        {(ids) => <textarea {...ids} className="textarea mono" rows={7} spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <input
        ref={file}
        type="file"
        hidden
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = "";
          if (chosen) void chosen.text().then(setText);
        }}
      />
      {witness.asked_at ? null : (
        <p className="meta">
          <StateShape name="tri" tone="warn" /> {t.witness.neverAsked}
        </p>
      )}
    </FormDialog>
  );
}
