import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useLocation } from "wouter";
import { imports } from "../../../api/directory";
import { asProblem, type Problem } from "../../../api/problems";
import { keys } from "../../../api/query";
import type { Import } from "../../../api/types";
import { useEndless } from "../../../api/useEndless";
import { useCommon } from "../../../i18n/common";
import { Failure } from "../../../i18n/Failure";
import { useFormat } from "../../../i18n/format";
import { sentence, useProblems } from "../../../i18n/problems";
import { paths } from "../../../lib/paths";
import { useTitle } from "../../../lib/react";
import { Button } from "../../../ui/Button";
import { PageBar } from "../../../ui/PageBar";
import { StateShape } from "../../../ui/StateShape";
import { Banner, Empty } from "../../../ui/Surface";
import { useFileDrop } from "../../../ui/useFileDrop";
import { useTexts } from "../texts";
import { ApplySide } from "./ApplySide";
import "./import.css";
import { MappingCard } from "./MappingCard";
import { RowsCard } from "./RowsCard";

/** People from a sheet: upload, columns, dry run, write. Nothing changes before the last step. */
export default function ImportPage({ params }: { params: Record<string, string | undefined> }) {
  const t = useTexts();
  useTitle(t.importTitle);
  const id = params["id"];
  const made = useQuery({ queryKey: keys.import(id ?? ""), queryFn: () => imports.get(id ?? ""), enabled: id !== undefined });
  const [, navigate] = useLocation();
  return (
    <>
      <PageBar title={t.importTitle}>
        {id ? (
          <Button icon="upload" onClick={() => navigate(paths.adminImport())}>
            {t.another}
          </Button>
        ) : null}
      </PageBar>
      <main className="con-body">
        {!id ? (
          <div className="con-page stack gap-16">
            <Steps now={0} />
            <UploadCard />
            <History />
          </div>
        ) : made.error ? (
          <Failure error={made.error} title={t.importTitle} onRetry={() => void made.refetch()} />
        ) : made.data ? (
          <Checked made={made.data} />
        ) : null}
      </main>
    </>
  );
}

function History() {
  const t = useTexts();
  const format = useFormat();
  const common = useCommon();
  const list = useEndless(keys.imports, imports.history);
  const [, navigate] = useLocation();
  if (list.isPending || list.error) return null;
  return (
    <section className="card" aria-label={t.history}>
      <div className="card-head">
        <h2>{t.history}</h2>
      </div>
      {list.items.length === 0 ? <p className="card-body soft">{t.historyNone}</p> : null}
      {list.items.length > 0 ? (
        <table className="table">
          <tbody>
            {list.items.map((one) => (
              <tr key={one.id}>
                <td>
                  <button type="button" className="link truncate" onClick={() => navigate(paths.adminImport(one.id))}>
                    {one.name}
                  </button>
                </td>
                <td className="soft hide-phone">{t.historyLine(one.counts.rows, one.counts.new, one.counts.changed)}</td>
                <td className="soft hide-phone">{one.created_by.name}</td>
                <td className="soft">{format.exact(one.applied_at ?? one.created_at)}</td>
                <td className="soft">{t.importStates[one.applied_at ? "applied" : one.state]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {list.hasNextPage ? (
        <div className="card-foot">
          <Button small busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {common.loadMore}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function Steps({ now }: { now: number }) {
  const t = useTexts();
  const steps = [t.steps.upload, t.steps.mapping, t.steps.check, t.steps.apply];
  return (
    <ol className="steps">
      {steps.map((step, index) => (
        <li key={step} className={index < now ? "done" : index === now ? "now" : undefined} aria-current={index === now ? "step" : undefined}>
          <i aria-hidden="true">{index < now ? "✓" : index + 1}</i>
          {step}
        </li>
      ))}
    </ol>
  );
}

function UploadCard() {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    setProblem(null);
    try {
      const made = await imports.upload(file);
      client.setQueryData(keys.import(made.id), made);
      void client.invalidateQueries({ queryKey: keys.imports });
      navigate(paths.adminImport(made.id));
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const { over, ...drop } = useFileDrop((transfer) => void take(transfer.files[0]));
  return (
    <section className={over ? "card import-drop is-over" : "card import-drop"} {...drop}>
      {problem ? (
        <Banner tone="danger" icon="alert-circle">
          {sentence(problem, problems)}
        </Banner>
      ) : null}
      <Empty
        icon="sheet"
        title={over ? t.dropFile : t.uploadTitle}
        actions={
          <Button look="primary" icon="upload" busy={busy} onClick={() => picker.current?.click()}>
            {busy ? t.checking : t.chooseFile}
          </Button>
        }
      >
        {t.uploadText}
      </Empty>
      <input
        ref={picker}
        type="file"
        hidden
        accept=".xlsx,.csv"
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </section>
  );
}

function Checked({ made }: { made: Import }) {
  const t = useTexts();
  const line =
    made.applied_at ? t.fileLineApplied(made.name, made.counts.rows) : made.state === "expired" ? t.fileLineExpired(made.name) : t.fileLine(made.name, made.counts.rows);
  return (
    <>
      <div className="con-page stack gap-16">
        <div className="cluster import-line">
          <Steps now={made.state === "applied" ? 4 : 2} />
          <span className="end meta truncate">
            {line}
            {made.encoding ? ` · ${t.encoding(made.encoding)}` : ""}
          </span>
        </div>
        <Counts made={made} />
        {made.counts.departments_new > 0 ? (
          <Banner tone="info" icon="org">
            {t.newDepartments(made.counts.departments_new)}
          </Banner>
        ) : null}
        <RowsCard made={made} />
        {made.state === "checked" ? <MappingCard key={made.id} made={made} /> : null}
      </div>
      <ApplySide made={made} />
    </>
  );
}

function Counts({ made }: { made: Import }) {
  const t = useTexts();
  const { counts } = made;
  return (
    <ul className="counts">
      <li>
        <b className="num">{counts.new.toLocaleString()}</b>
        <span>
          <StateShape name="plus" tone="ok" />
          {t.counts.new}
        </span>
      </li>
      <li>
        <b className="num">{counts.changed.toLocaleString()}</b>
        <span>
          <StateShape name="delta" tone="run" />
          {t.counts.changed}
        </span>
      </li>
      <li className={counts.error > 0 ? "on" : undefined}>
        <b className="num">{counts.error.toLocaleString()}</b>
        <span>
          <StateShape name={counts.error > 0 ? "dia" : "line"} tone={counts.error > 0 ? "bad" : "off"} />
          {t.counts.error}
        </span>
      </li>
      <li>
        <b className="num">{counts.warning.toLocaleString()}</b>
        <span>
          <StateShape name="tri" tone={counts.warning > 0 ? "warn" : "off"} />
          {t.counts.warning}
        </span>
      </li>
      <li>
        <b className="num">{counts.same.toLocaleString()}</b>
        <span>
          <StateShape name="line" tone="off" />
          {t.counts.same}
        </span>
      </li>
    </ul>
  );
}

