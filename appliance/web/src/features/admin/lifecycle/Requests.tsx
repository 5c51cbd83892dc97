import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { lifecycle, lifecycleKeys } from "../../../api/lifecycle";
import type { DataRequest } from "../../../api/types";
import { useEndless } from "../../../api/useEndless";
import { Failure } from "../../../i18n/Failure";
import { FormDialog } from "../../../i18n/FormDialog";
import { useFormat } from "../../../i18n/format";
import { fieldFault, sentence, useProblems } from "../../../i18n/problems";
import { useAct } from "../../../i18n/useAct";
import { useTitle } from "../../../lib/react";
import { Button } from "../../../ui/Button";
import { Endless } from "../../../ui/Endless";
import { TextField } from "../../../ui/Field";
import { PageBar } from "../../../ui/PageBar";
import { State } from "../../../ui/StateShape";
import { Empty } from "../../../ui/Surface";
import { toast } from "../../../ui/Toast";
import { secondsUntil } from "../../../lib/day";
import { useTexts } from "./texts";
import { useWish } from "./wish";

/** What people ask of their own data, by the day an answer is due. */
export default function Requests() {
  const t = useTexts();
  useTitle(t.requests);
  const [state, setState] = useState<"open" | "closed">("open");
  const list = useEndless(lifecycleKeys.dataRequests(state), (cursor) => lifecycle.requests(state, cursor));
  return (
    <>
      <PageBar title={t.requests} sub={t.requestsSub} />
      <main className="con-body">
        {list.error ? (
          <Failure error={list.error} title={t.requestsFailed} onRetry={() => void list.refetch()} />
        ) : (
          <div className="con-page stack gap-16">
            <div className="cluster">
              {(["open", "closed"] as const).map((one) => (
                <button key={one} type="button" className={one === state ? "chip is-on" : "chip"} aria-pressed={one === state} onClick={() => setState(one)}>
                  {t[one]}
                </button>
              ))}
            </div>
            <section className="card">
              {list.items.length === 0 && !list.isPending ? (
                <Empty icon="doc" title={state === "open" ? t.requestsNone : t.closedNone} />
              ) : (
                <table className="table">
                  <colgroup>
                    <col className="w72 hide-phone" />
                    <col className="w120" />
                    <col />
                    <col className="w144 hide-phone" />
                    <col className="col-acts" />
                  </colgroup>
                  <thead>
                    <tr>
                      <th scope="col" className="hide-phone">{t.number}</th>
                      <th scope="col">{t.person}</th>
                      <th scope="col">{t.what2}</th>
                      <th scope="col" className="hide-phone">{t.due}</th>
                      <th scope="col">
                        <span className="sr-only">{t.answer}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {list.items.map((request) => (
                      <Row key={request.id} request={request} />
                    ))}
                  </tbody>
                </table>
              )}
              <Endless more={list.hasNextPage} loading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
            </section>
          </div>
        )}
      </main>
    </>
  );
}

function Row({ request }: { request: DataRequest }) {
  const t = useTexts();
  const format = useFormat();
  const wish = useWish(request);
  const [answering, setAnswering] = useState<"accept" | "refuse" | null>(null);
  const isOpen = request.state === "open";
  const away = Math.abs(request.due_at / 1_000_000 - Date.now() / 1000);
  const days = format.duration(request.overdue ? away : secondsUntil(request.due_at));
  return (
    <tr className="two-line">
      <td className="mono hide-phone">{request.id}</td>
      <td>
        {request.person.name}
        <p className="meta truncate">{request.person.uid}</p>
      </td>
      <td>
        <span className="wrap">{[t.requestKinds[request.kind], wish].filter(Boolean).join(" · ")}</span>
        {request.reason ? <p className="meta wrap">{request.reason}</p> : null}
        {request.answer ? <p className="meta wrap">{`${t.answer}: ${request.answer}`}</p> : null}
      </td>
      <td className="hide-phone">
        {isOpen ? (
          <State tone={request.overdue ? "bad" : "off"} shape={request.overdue ? "dia" : "ring"}>
            {request.overdue ? t.overdue(days) : t.dueIn(days)}
          </State>
        ) : (
          <State tone={request.state === "done" ? "ok" : "off"} shape={request.state === "done" ? "ok" : "line"}>
            {t.states[request.state]}
          </State>
        )}
        <p className="meta nowrap">{format.near(isOpen ? request.due_at : (request.answered_at ?? request.opened_at))}</p>
      </td>
      <td className="r">
        {isOpen && request.kind !== "copy" ? (
          <span className="acts">
            <Button small look="primary" onClick={() => setAnswering("accept")}>
              {t.accept}
            </Button>
            <Button small onClick={() => setAnswering("refuse")}>
              {t.refuse}
            </Button>
          </span>
        ) : (
          <span className="meta">{request.kind === "copy" ? t.byHimself : request.answered_by?.name}</span>
        )}
        {answering ? <Answering request={request} act={answering} onClose={() => setAnswering(null)} /> : null}
      </td>
    </tr>
  );
}

function Answering({ request, act, onClose }: { request: DataRequest; act: "accept" | "refuse"; onClose: () => void }) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [answer, setAnswer] = useState("");
  const { busy, problem, run } = useAct();
  const kind = request.kind === "copy" ? "restrict" : request.kind;
  const field = request.field ? t.fields[request.field] : "";
  const text =
    act === "refuse"
      ? t.refuseText
      : kind === "correct"
        ? t.acceptText.correct(field, request.wanted ?? "")
        : kind === "delete" && request.field
          ? t.acceptText.deleteField(field)
          : t.acceptText[kind];
  const send = async () => {
    await (act === "accept" ? lifecycle.accept(request.id, answer.trim()) : lifecycle.refuse(request.id, answer.trim()));
    toast(t.answered, "ok");
    await client.invalidateQueries({ queryKey: ["data-requests"] });
    onClose();
  };
  const named = request.field ? fieldFault(problem, request.field, problems) : undefined;
  return (
    <FormDialog
      size="sm"
      danger={act === "refuse"}
      title={act === "refuse" ? t.refuseTitle : t.acceptTitle[kind]}
      act={act === "refuse" ? t.refuse : t.accept}
      busy={busy}
      ready={act === "accept" || answer.trim() !== ""}
      onClose={onClose}
      onSubmit={() => void run(send)}
    >
      <p className="soft">{text}</p>
      <TextField
        label={t.answer}
        help={t.answerHelp}
        value={answer}
        onValue={setAnswer}
        maxLength={1000}
        fault={named ?? fieldFault(problem, "answer", problems) ?? (problem ? sentence(problem, problems) : undefined)}
      />
    </FormDialog>
  );
}
