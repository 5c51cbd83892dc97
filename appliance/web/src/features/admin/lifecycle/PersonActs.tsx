import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { lifecycle, lifecycleKeys } from "../../../api/lifecycle";
import type { PersonCard } from "../../../api/types";
import { ColleaguePicker } from "../../../i18n/ColleaguePicker";
import { FormDialog } from "../../../i18n/FormDialog";
import { useFormat } from "../../../i18n/format";
import { fieldFault, sentence, useProblems } from "../../../i18n/problems";
import { useAct } from "../../../i18n/useAct";
import { Field, TextField } from "../../../ui/Field";
import type { Pick } from "../../../ui/PeoplePicker";
import { toast } from "../../../ui/Toast";
import { endOfDay } from "../../../lib/day";
import { useTexts } from "./texts";

interface Props {
  person: PersonCard;
  onClose: () => void;
  onDone: () => Promise<void>;
}

/** What of an account ends by itself, in a line; nothing for most. */
export function PersonEnds({ uid }: { uid: string }) {
  const t = useTexts();
  const format = useFormat();
  const { data } = useQuery({ queryKey: lifecycleKeys.terms(uid), queryFn: () => lifecycle.terms(uid) });
  if (!data) return null;
  const lines = [
    data.valid_until ? t.ends.account(format.moment(data.valid_until)) : null,
    data.frozen_until ? t.ends.freeze(format.moment(data.frozen_until)) : null,
    data.leaves_at ? t.ends.leaves(format.moment(data.leaves_at)) : null,
    data.role_until ? t.ends.role(format.moment(data.role_until)) : null,
    data.departments.length > 0 ? t.ends.departments(data.departments.length) : null,
  ].filter((line) => line !== null);
  return lines.length > 0 ? <p className="meta mt-8">{lines.join(" · ")}</p> : null;
}

/** A last day, a reason, an heir. */
export function Leave({ person, onClose, onDone }: Props) {
  const t = useTexts();
  const problems = useProblems();
  const [day, setDay] = useState("");
  const [reason, setReason] = useState("");
  const [heir, setHeir] = useState<Pick[]>([]);
  const { busy, problem, run } = useAct();
  const leave = async () => {
    await lifecycle.leave(person.uid, { leaves_at: endOfDay(day), reason: reason.trim(), heir: heir[0]?.uid ?? null });
    toast(t.left(person.name), "ok");
    await onDone();
    onClose();
  };
  const fault = (field: string) => fieldFault(problem, field, problems);
  return (
    <FormDialog danger title={t.leaveTitle(person.name)} act={t.leave.replace("…", "")} busy={busy} ready={reason.trim() !== ""} onClose={onClose} onSubmit={() => void run(leave)}>
      <p className="soft">{t.leaveText}</p>
      <TextField type="date" label={t.lastDay} help={t.lastDayHelp} value={day} onValue={setDay} />
      <TextField label={t.reason} value={reason} onValue={setReason} maxLength={200} fault={fault("reason") ?? (problem && !fault("heir") ? sentence(problem, problems) : undefined)} />
      <Field label={t.heir} help={t.heirHelp} fault={fault("heir")}>
        {() => <ColleaguePicker label={t.heir} single inline picked={heir} onPicked={setHeir} without={[person.uid]} />}
      </Field>
    </FormDialog>
  );
}

/** How long the account lasts. */
export function Temporary({ person, onClose, onDone }: Props) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [day, setDay] = useState("");
  const { busy, problem, run } = useAct();
  const set = async () => {
    await lifecycle.setEnd(person.uid, endOfDay(day));
    toast(t.temporarySaved, "ok");
    await client.invalidateQueries({ queryKey: lifecycleKeys.terms(person.uid) });
    await onDone();
    onClose();
  };
  return (
    <FormDialog size="sm" title={t.temporaryTitle(person.name)} act={t.temporary.replace("…", "")} busy={busy} onClose={onClose} onSubmit={() => void run(set)}>
      <p className="soft">{t.temporaryText}</p>
      <TextField type="date" label={t.until} help={t.untilHelp} value={day} onValue={setDay} fault={problem ? (fieldFault(problem, "until", problems) ?? sentence(problem, problems)) : undefined} />
    </FormDialog>
  );
}
