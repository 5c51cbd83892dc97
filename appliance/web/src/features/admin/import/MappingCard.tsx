import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { imports } from "../../../api/directory";
import { asProblem } from "../../../api/problems";
import { keys } from "../../../api/query";
import type { Import, ImportField } from "../../../api/types";
import { useCommon } from "../../../i18n/common";
import { sentence, useProblems } from "../../../i18n/problems";
import { Button } from "../../../ui/Button";
import { Banner } from "../../../ui/Surface";
import { toast } from "../../../ui/Toast";
import { useTexts } from "../texts";

type Mapping = Partial<Record<ImportField, number>>;

/** Which column holds what: each field comes from one column at most. */
export function MappingCard({ made }: { made: Import }) {
  const t = useTexts();
  const common = useCommon();
  const problems = useProblems();
  const client = useQueryClient();
  const found = Object.fromEntries(made.columns.flatMap(({ field, index }) => (field ? [[field, index]] : []))) as Mapping;
  const [chosen, setChosen] = useState<Mapping | null>(null);
  const mapping = chosen ?? found;
  const [busy, setBusy] = useState(false);
  const fieldOf = (index: number) => made.fields.find((field) => mapping[field.key] === index)?.key ?? "";
  const choose = (index: number, field: string) => {
    const others = Object.entries(mapping).filter(([key, at]) => at !== index && key !== field);
    setChosen(Object.fromEntries(field === "" ? others : [...others, [field, index]]));
  };
  const missing = made.fields.filter((field) => field.required && mapping[field.key] === undefined).map((field) => fieldName(field.key, t));
  const recheck = async () => {
    setBusy(true);
    try {
      const next = await imports.map(made.id, mapping);
      client.setQueryData(keys.import(made.id), next);
      await client.invalidateQueries({ queryKey: keys.import(made.id) });
      setChosen(null);
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
        <Button small icon="refresh" busy={busy} disabled={chosen === null} onClick={() => void recheck()}>
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
                  onChange={(event) => choose(column.index, event.target.value)}
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
