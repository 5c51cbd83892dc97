import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { imports } from "../../../api/directory";
import { asProblem } from "../../../api/problems";
import { keys } from "../../../api/query";
import type { Import } from "../../../api/types";
import { useCommon } from "../../../i18n/common";
import { sentence, useProblems } from "../../../i18n/problems";
import { Button } from "../../../ui/Button";
import { Banner } from "../../../ui/Surface";
import { toast } from "../../../ui/Toast";
import { useTexts } from "../texts";

/** Which column holds what. Several columns may hold departments; else one each. */
export function MappingCard({ made }: { made: Import }) {
  const t = useTexts();
  const common = useCommon();
  const problems = useProblems();
  const client = useQueryClient();
  const [mapping, setMapping] = useState<Record<number, string | null>>({});
  const [busy, setBusy] = useState(false);
  const fieldOf = (index: number): string => {
    const chosen = mapping[index];
    return (chosen === undefined ? made.columns.find((column) => column.index === index)?.field : chosen) ?? "";
  };
  const mapped = made.columns.map((column) => fieldOf(column.index));
  const missing = made.fields.filter((field) => field.required && !mapped.includes(field.key)).map((field) => fieldName(field.key, t));
  const recheck = async () => {
    setBusy(true);
    try {
      const next = await imports.map(made.id, Object.fromEntries(made.columns.map((column) => [String(column.index), fieldOf(column.index) || null])));
      client.setQueryData(keys.import(made.id), next);
      await client.invalidateQueries({ queryKey: keys.import(made.id) });
      setMapping({});
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t.mappingTitle}</h2>
        <span className="meta truncate">{t.mappingHelp}</span>
        <span className="end" />
        <Button small icon="refresh" busy={busy} disabled={Object.keys(mapping).length === 0} onClick={() => void recheck()}>
          {t.recheck}
        </Button>
      </div>
      {missing.length > 0 ? (
        <div className="card-body">
          <Banner tone="warn" icon="alert">
            {t.missing(missing.join(common.separator))}
          </Banner>
        </div>
      ) : null}
      <table className="table map-table">
        <colgroup>
          <col className="w192" />
          <col />
          <col className="w192" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t.column}</th>
            <th scope="col">{t.sample}</th>
            <th scope="col">{t.field}</th>
          </tr>
        </thead>
        <tbody>
          {made.columns.map((column) => (
            <tr key={column.index}>
              <td>{column.heading || `#${column.index + 1}`}</td>
              <td className="soft">{column.sample.join(" · ")}</td>
              <td>
                <select
                  className="select"
                  aria-label={`${t.field}: ${column.heading}`}
                  value={fieldOf(column.index)}
                  onChange={(event) => setMapping({ ...mapping, [column.index]: event.target.value || null })}
                >
                  <option value="">{t.skipColumn}</option>
                  {made.fields.map((field) => (
                    <option key={field.key} value={field.key}>
                      {fieldName(field.key, t)}
                    </option>
                  ))}
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function fieldName(key: string, t: ReturnType<typeof useTexts>): string {
  return key.replaceAll("-", "_") in t.fields ? t.fields[key.replaceAll("-", "_") as keyof typeof t.fields] : key;
}
