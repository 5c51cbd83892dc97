import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ownData, ownDataKey } from "../../../api/ownData";
import type { DataRequest, NewDataRequest, RequestField } from "../../../api/types";
import { Failure } from "../../../i18n/Failure";
import { useFormat } from "../../../i18n/format";
import { fieldFault, sentence, useProblems } from "../../../i18n/problems";
import { useAct, useToldAct } from "../../../i18n/useAct";
import { newId } from "../../../lib/ids";
import { Button } from "../../../ui/Button";
import { SelectField, TextField } from "../../../ui/Field";
import { toast } from "../../../ui/Toast";
import { useTexts } from "./texts";
import { useWish } from "./wish";

/** While the box makes a copy. */
const LOOK_MILLISECONDS = 1_000;
const FIELDS: RequestField[] = ["name", "title", "mail", "mobile", "phone", "employee_no", "work_place", "hired_on"];
const KINDS = ["correct", "delete", "restrict"] as const;

/** What the box has of oneself: asking for a copy, and for what should become of it. */
export function MyData() {
  const t = useTexts();
  const list = useQuery({
    queryKey: ownDataKey,
    queryFn: ownData.list,
    refetchInterval: ({ state }) => (state.data?.items.some((one) => one.kind === "copy" && one.state === "open") ? LOOK_MILLISECONDS : false),
  });
  if (list.error) return <Failure error={list.error} title={t.mineFailed} onRetry={() => void list.refetch()} />;
  return (
    <div className="form">
      <p className="soft">{t.myNote}</p>
      <Copy />
      <Ask />
      <section className="stack gap-16">
        <h3>{t.mine}</h3>
        <ul className="settings-list">
          {list.data?.items.map((request) => (
            <Row key={request.id} request={request} />
          ))}
          {list.data?.items.length === 0 ? <li className="meta">{t.mineNone}</li> : null}
        </ul>
      </section>
    </div>
  );
}

function useAsk() {
  const t = useTexts();
  const client = useQueryClient();
  const [cid, setCid] = useState(newId);
  return async (request: Omit<NewDataRequest, "cid">) => {
    const made = await ownData.ask(cid, request);
    setCid(newId());
    toast(t.sent(made.id), "ok");
    await client.invalidateQueries({ queryKey: ownDataKey });
  };
}

function Copy() {
  const t = useTexts();
  const ask = useAsk();
  const { busy, run } = useToldAct();
  return (
    <section className="stack gap-16">
      <p className="soft">{t.myCopyNote}</p>
      <div>
        <Button icon="download" busy={busy} onClick={() => void run(() => ask({ kind: "copy" })).catch(() => undefined)}>
          {t.myCopy}
        </Button>
      </div>
    </section>
  );
}

function Ask() {
  const t = useTexts();
  const problems = useProblems();
  const ask = useAsk();
  const [kind, setKind] = useState<(typeof KINDS)[number]>("correct");
  const [field, setField] = useState<RequestField | "">("mobile");
  const [wanted, setWanted] = useState("");
  const [reason, setReason] = useState("");
  const { busy, problem, run } = useAct();
  const send = async () => {
    await ask({
      kind,
      ...(kind !== "restrict" && field ? { field } : {}),
      ...(kind === "correct" ? { wanted: wanted.trim() } : {}),
      ...(reason.trim() ? { reason: reason.trim() } : {}),
    });
    setWanted("");
    setReason("");
  };
  const known = FIELDS.filter((one) => kind === "correct" || one !== "name");
  return (
    <form
      className="stack gap-16"
      onSubmit={(event) => {
        event.preventDefault();
        void run(send);
      }}
    >
      <h3>{t.myAsk}</h3>
      <div className="form-grid">
        <SelectField label={t.kind} value={kind} onValue={(value) => { setKind(KINDS.find((one) => one === value) ?? "correct"); setField(value === "correct" ? "mobile" : ""); }}>
          {KINDS.map((one) => (
            <option key={one} value={one}>
              {t.requestKinds[one]}
            </option>
          ))}
        </SelectField>
        {kind === "restrict" ? null : (
          <SelectField label={t.field} value={field} onValue={(value) => setField(FIELDS.find((one) => one === value) ?? "")}>
            {kind === "delete" ? <option value="">{t.wholeAccount}</option> : null}
            {known.map((one) => (
              <option key={one} value={one}>
                {t.fields[one]}
              </option>
            ))}
          </SelectField>
        )}
        {kind === "correct" ? <TextField label={t.wanted} value={wanted} onValue={setWanted} maxLength={1000} fault={fieldFault(problem, "wanted", problems)} /> : null}
        <TextField label={t.myReason} value={reason} onValue={setReason} maxLength={1000} fault={problem && !fieldFault(problem, "wanted", problems) ? sentence(problem, problems) : undefined} />
      </div>
      <div>
        <Button type="submit" look="primary" busy={busy} disabled={kind === "correct" && wanted.trim() === ""}>
          {t.send}
        </Button>
      </div>
    </form>
  );
}

function Row({ request }: { request: DataRequest }) {
  const t = useTexts();
  const format = useFormat();
  const client = useQueryClient();
  const wish = useWish(request);
  const { busy, run } = useToldAct();
  const withdraw = async () => {
    await ownData.withdraw(request.id);
    toast(t.withdrawn, "ok");
    await client.invalidateQueries({ queryKey: ownDataKey });
  };
  const isCopy = request.kind === "copy";
  const state = isCopy && request.state === "open" ? t.making : isCopy && request.state === "done" && !request.copy_expires_at ? t.expired : t.states[request.state];
  const when = request.answered_at ? t.answeredOn(format.near(request.answered_at)) : t.openedDue(format.near(request.opened_at), format.near(request.due_at));
  return (
    <li>
      <div className="grow">
        <span className="grant-n">
          {`${request.id} · ${[t.requestKinds[request.kind], wish].filter(Boolean).join(" · ")}`}{" "}
          <span className={request.state === "refused" ? "tag tag-danger" : request.state === "done" ? "tag tag-ok" : "tag"}>{state}</span>
        </span>
        <span className="row-sub">{request.copy_expires_at ? t.downloadUntil(format.moment(request.copy_expires_at)) : when}</span>
        {request.answer ? <p className="meta wrap">{request.answer}</p> : null}
      </div>
      {request.copy_expires_at ? (
        <a className="btn btn-sm" href={ownData.copy(request)} download={`my-data-${request.id}.json`}>
          {t.download}
        </a>
      ) : request.state === "open" ? (
        <Button small busy={busy} onClick={() => void run(withdraw).catch(() => undefined)}>
          {t.withdraw}
        </Button>
      ) : null}
    </li>
  );
}
