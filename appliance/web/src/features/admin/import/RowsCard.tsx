import { useState } from "react";
import { importSheet, imports } from "../../../api/directory";
import { keys } from "../../../api/query";
import type { Import, ImportOutcome, ImportRow } from "../../../api/types";
import { useEndless } from "../../../api/useEndless";
import { useCommon } from "../../../i18n/common";
import { Icon } from "../../../ui/Icon";
import { StateShape } from "../../../ui/StateShape";
import { Button } from "../../../ui/Button";
import { useTexts } from "../texts";
import { useFieldName } from "./MappingCard";

const TABS: ImportOutcome[] = ["error", "new", "changed", "same"];

/** Row by row: what is wrong, what would change. Errors come first. */
export function RowsCard({ made }: { made: Import }) {
  const t = useTexts();
  const [tab, setTab] = useState<ImportOutcome>(made.counts.error > 0 ? "error" : made.counts.new > 0 ? "new" : "changed");
  return (
    <section className="card" aria-label={t.rowsTitle}>
      <div className="tabs">
        <div className="tablist" role="tablist">
        {TABS.map((one) => (
          <button key={one} type="button" role="tab" aria-selected={one === tab} className={one === tab ? "tab is-on" : "tab"} onClick={() => setTab(one)}>
            {t.tabs[one]}
            <span className="count">{made.counts[one].toLocaleString()}</span>
          </button>
        ))}
        </div>
        <span className="btns end">
          {made.counts.error > 0 && made.state !== "expired" ? <Download text={t.downloadFailed} href={(book) => importSheet(made.id, "failed", book)} /> : null}
          {made.state === "expired" ? null : <Download text={t.downloadReport} href={(book) => importSheet(made.id, "report", book)} />}
        </span>
      </div>
      <Rows key={`${tab}-${made.counts[tab]}`} made={made} outcome={tab} />
    </section>
  );
}

/** The same sheet as .xlsx and as .csv. */
function Download({ text, href }: { text: string; href: (book: boolean) => string }) {
  return (
    <>
      <a className="btn btn-sm" href={href(true)} download>
        <Icon name="download" size={16} />
        {text} .xlsx
      </a>
      <a className="btn btn-sm" href={href(false)} download>
        .csv
      </a>
    </>
  );
}

function Rows({ made, outcome }: { made: Import; outcome: ImportOutcome }) {
  const t = useTexts();
  const { id } = made;
  const fieldName = useFieldName(made);
  const common = useCommon();
  const list = useEndless(keys.importRows(id, outcome), (cursor) => imports.rows(id, outcome, cursor));
  if (list.items.length === 0) return <div className="card-body meta">{list.isPending ? common.loading : t.noRows}</div>;
  return (
    <>
      <table className="table">
        <colgroup>
          <col className="w64" />
          <col className="w144" />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th className="r" scope="col">{t.row}</th>
            <th scope="col">{t.person}</th>
            <th scope="col">{outcome === "error" ? t.problem : t.change}</th>
          </tr>
        </thead>
        <tbody>
          {list.items.map((row) => (
            <tr key={row.row}>
              <td className="r num soft">{row.row}</td>
              <td title={row.uid ?? undefined}>{row.name ?? row.uid ?? "—"}</td>
              <td className="wrap">
                {row.problems.map((problem) => (
                  <ProblemLine key={`${problem.field}-${problem.code}-${problem.value}`} problem={problem} fieldName={fieldName} />
                ))}
                {outcome === "error" ? null : row.changes.map((change) => <ChangeLine key={change.field} change={change} fieldName={fieldName} fresh={outcome === "new"} />)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {list.hasNextPage ? (
        <div className="card-foot">
          <Button small busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {common.loadMore}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function ProblemLine({ problem, fieldName }: { problem: ImportRow["problems"][number]; fieldName: (key: string) => string }) {
  const t = useTexts();
  const code = problem.code.replaceAll("-", "_");
  const text = code in t.problems ? t.problems[code as keyof typeof t.problems] : problem.code;
  const bad = problem.severity === "error";
  return (
    <div className="import-note">
      <StateShape name={bad ? "dia" : "tri"} tone={bad ? "bad" : "warn"} /> {problem.field ? <b className="strong">{fieldName(problem.field)}</b> : null}{" "}
      {problem.value ? <span className="mono">{problem.value}</span> : null} <span className="soft">{text}</span>
      {problem.hint ? <span className="meta"> · {problem.hint}</span> : null}
    </div>
  );
}

function ChangeLine({ change, fieldName, fresh }: { change: ImportRow["changes"][number]; fieldName: (key: string) => string; fresh: boolean }) {
  const t = useTexts();
  return (
    <div className="import-note">
      <span className="soft">{fieldName(change.field)}</span>{" "}
      {change.from || !fresh ? (
        <>
          <del className="was">{change.from || "—"}</del>
          <span className="arrow" role="img" aria-label={t.becomes}>
            →
          </span>
        </>
      ) : null}
      <ins className="now-is">{change.to || "—"}</ins>
    </div>
  );
}
