import { useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/query";
import { shreds } from "../../api/security";
import type { Shred, Subject, SubjectKind } from "../../api/types";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { useTitle } from "../../lib/react";
import { PageBar } from "../../ui/PageBar";
import { State } from "../../ui/StateShape";
import { toast } from "../../ui/Toast";
import { CaseForm } from "./CaseForm";
import { CaseTable } from "./CaseTable";
import { useTexts } from "./texts";

/** While one is under way. */
const LOOK_MILLISECONDS = 1_000;
const TONES = { waiting: "off", running: "warn", held: "bad", done: "ok" } as const;

/** What is destroyed with its keys, and what was. */
export default function Shreds() {
  const t = useTexts();
  useTitle(t.shreds);
  const client = useQueryClient();
  const list = useQuery({
    queryKey: keys.shreds,
    queryFn: shreds.list,
    refetchInterval: ({ state }) => (state.data?.items.some(({ state: now }) => now === "waiting" || now === "running") ? LOOK_MILLISECONDS : false),
  });
  const items = list.data?.items ?? [];
  const ask = async (subject: Subject, forCase: string) => {
    await shreds.ask(subject, forCase);
    toast(t.asked, "ok");
    await client.invalidateQueries({ queryKey: keys.shreds });
  };
  const confirm = {
    title: t.confirmTitle,
    act: t.confirmAct,
    text: (kind: SubjectKind) => (
      <>
        <p className="mt-8">{t.confirmText[kind]}</p>
        <p className="mt-8">{t.confirmEpoch}</p>
      </>
    ),
  };
  return (
    <>
      <PageBar title={t.shreds} sub={t.shredsSub} />
      <main className="con-body">
        {list.error ? (
          <Failure error={list.error} title={t.failedShreds} onRetry={() => void list.refetch()} />
        ) : (
          <div className="con-page stack gap-16">
            <CaseForm kinds={t.kinds} idLabel={t.id} idHelp={t.idHelp} title={t.newShred} note={t.newShredNote} caseLabel={t.case} act={t.shred} confirm={confirm} onAct={ask} />
            <CaseTable title={t.allShreds} count={items.length} none={t.noneShreds} icon="trash" by={t.by} act={t.certificate}>
              {items.map((shred) => (
                <Row key={shred.id} shred={shred} />
              ))}
            </CaseTable>
          </div>
        )}
      </main>
    </>
  );
}

function Row({ shred }: { shred: Shred }) {
  const t = useTexts();
  const format = useFormat();
  const [messages, files, destroyed] = [shred.messages, shred.files, shred.keys].map((n) => format.number(n)) as [string, string, string];
  return (
    <tr className="two-line">
      <td>
        <span>{`${t.kinds[shred.subject.kind]} ${shred.subject.id}`}</span>
        {shred.state === "done" ? <p className="meta">{t.counts(messages, files, destroyed)}</p> : null}
        {shred.kept > 0 ? <p className="meta">{t.kept(format.number(shred.kept))}</p> : null}
      </td>
      <td className="hide-phone">{shred.case}</td>
      <td className="soft hide-phone">
        {shred.by}
        <p className="meta nowrap">{format.near(shred.asked_at)}</p>
      </td>
      <td>
        <State tone={TONES[shred.state]} shape={shred.state === "done" ? "ok" : shred.state === "held" ? "dia" : "ring"}>
          {t.states[shred.state]}
        </State>
      </td>
      <td className="r">
        {shred.state === "done" ? (
          <a className="btn btn-sm" href={shreds.certificate(shred.id)} download={`shred-${shred.id}.note`} aria-label={t.certificateOf(shred.id)}>
            {t.certificate}
          </a>
        ) : null}
      </td>
    </tr>
  );
}
