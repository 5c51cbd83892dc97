import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useSearch } from "wouter";
import { openings } from "../../api/audit";
import { keys } from "../../api/query";
import type { Opened, Opening, SealedContent } from "../../api/types";
import { useMe } from "../../api/useMe";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { useToldAct } from "../../i18n/useAct";
import { useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { PageBar } from "../../ui/PageBar";
import { State } from "../../ui/StateShape";
import { toast } from "../../ui/Toast";
import { CaseForm } from "./CaseForm";
import { CaseTable } from "./CaseTable";
import { useTexts } from "./texts";

const LOOKS = { asked: { tone: "warn", shape: "ring" }, open: { tone: "ok", shape: "ok" }, over: { tone: "off", shape: "line" } } as const;

/** What two auditors open together. */
export default function Openings() {
  const t = useTexts();
  useTitle(t.openings);
  const client = useQueryClient();
  const list = useQuery({ queryKey: keys.openings, queryFn: openings.list });
  const items = list.data?.items ?? [];
  const asked = new URLSearchParams(useSearch());
  const id = asked.get("id");
  const ask = async (content: SealedContent, forCase: string) => {
    await openings.ask(content, forCase);
    toast(t.askedOpening, "ok");
    await client.invalidateQueries({ queryKey: keys.openings });
  };
  return (
    <>
      <PageBar title={t.openings} sub={t.openingsSub} />
      <main className="con-body">
        {list.error ? (
          <Failure error={list.error} title={t.failedOpenings} onRetry={() => void list.refetch()} />
        ) : (
          <div className="con-page stack gap-16">
            <CaseForm kinds={t.sealedKinds} idLabel={t.sealedId} idHelp={t.sealedIdHelp} title={t.newOpening} note={t.newOpeningNote} caseLabel={t.caseHold} {...(id ? { about: { kind: asked.get("kind") ?? "", id } } : {})} act={t.ask} onAct={ask} />
            <CaseTable title={t.allOpenings} count={items.length} none={t.noneOpenings} icon="lock" by={t.by} act={t.read}>
              {items.map((opening) => (
                <Row key={opening.id} opening={opening} />
              ))}
            </CaseTable>
          </div>
        )}
      </main>
    </>
  );
}

function Row({ opening }: { opening: Opening }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const client = useQueryClient();
  const { person: self } = useMe();
  const { run, busy } = useToldAct();
  const [asking, setAsking] = useState(false);
  const [opened, setOpened] = useState<Opened | null>(null);
  const agree = async () => {
    await openings.agree(opening.id);
    toast(t.agreed, "ok");
    await client.invalidateQueries({ queryKey: keys.openings });
  };
  const isOfTwo = opening.by === self.uid || opening.agreed_by === self.uid;
  const look = LOOKS[opening.state];
  return (
    <tr className="two-line">
      <td>{`${t.sealedKinds[opening.content.kind]} ${opening.content.id}`}</td>
      <td className="hide-phone">{opening.case}</td>
      <td className="soft hide-phone">
        {opening.agreed_by ? t.two(opening.by, opening.agreed_by) : opening.by}
        <p className="meta nowrap">{format.near(opening.agreed_at ?? opening.asked_at)}</p>
      </td>
      <td>
        <State tone={look.tone} shape={look.shape}>
          {t.openingStates[opening.state]}
        </State>
      </td>
      <td className="r">
        {opening.state === "asked" && opening.by !== self.uid ? (
          <Button small onClick={() => setAsking(true)}>
            {t.agree}
          </Button>
        ) : null}
        {opening.state === "open" && isOfTwo ? (
          <Button small busy={busy} onClick={() => void run(async () => setOpened(await openings.read(opening.id))).catch(() => undefined)}>
            {t.read}
          </Button>
        ) : null}
        <Confirm open={asking} title={t.agreeTitle} act={t.agreeAct} cancel={common.cancel} onClose={() => setAsking(false)} onConfirm={() => run(agree)}>
          <p className="strong">{opening.case}</p>
          <p className="mt-8">{t.agreeText}</p>
        </Confirm>
        {opened ? (
          <Dialog open title={t.opened} closeLabel={t.close} onClose={() => setOpened(null)} foot={<Button onClick={() => setOpened(null)}>{t.close}</Button>}>
            <Content opened={opened} />
          </Dialog>
        ) : null}
      </td>
    </tr>
  );
}

function Content({ opened: { message, query } }: { opened: Opened }) {
  const t = useTexts();
  const format = useFormat();
  if (!message) {
    return (
      <>
        <p className="meta">{t.openedQuery}</p>
        <p className="strong">{query}</p>
      </>
    );
  }
  return (
    <div className="stack gap-8">
      <p className="meta">{t.saidAt(message.message.sender.name, format.exact(message.message.at))}</p>
      {message.bodies.length > 1 ? <p className="meta">{t.earlier}</p> : null}
      {message.bodies.length === 0 ? <p>{t.nothing}</p> : null}
      {message.bodies.map((body, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- bodies have no id, and the list never changes
        <p key={at} className="prewrap">
          {body.type === "text" ? body.text : body.type === "file" ? body.name : body.event}
        </p>
      ))}
    </div>
  );
}
