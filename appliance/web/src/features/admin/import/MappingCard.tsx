import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { imports } from "../../../api/directory";
import { asProblem } from "../../../api/problems";
import { keys } from "../../../api/query";
import type { Import } from "../../../api/types";
import { useCommon } from "../../../i18n/common";
import { useFieldLabel } from "../../../i18n/FieldValues";
import { sentence, useProblems } from "../../../i18n/problems";
import { Button } from "../../../ui/Button";
import { Banner } from "../../../ui/Surface";
import { toast } from "../../../ui/Toast";
import { useTexts } from "../texts";

type Mapping = Record<string, number>;

/** Which column holds what: each field comes from one column at most. */
export function MappingCard({ made }: { made: Import }) {
  const t = useTexts();
  const common = useCommon();
  const problems = useProblems();
  const client = useQueryClient();
  const fieldName = useFieldName(made);
  const found = Object.fromEntries(made.columns.flatMap(({ field, index }) => (field ? [[field, index]] : []))) as Mapping;
  const [chosen, setChosen] = useState<Mapping | null>(null);
  const mapping = chosen ?? found;
  const [busy, setBusy] = useState(false);
  const fieldOf = (index: number) => made.fields.find((field) => mapping[field.key] === index)?.key ?? "";
  const choose = (index: number, field: string) => {
    const others = Object.entries(mapping).filter(([key, at]) => at !== index && key !== field);
    setChosen(Object.fromEntries(field === "" ? others : [...others, [field, index]]));
  };
  const missing = made.fields.filter((field) => field.required && mapping[field.key] === undefined).map((field) => fieldName(field.key));
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
      {made.remembered && chosen === null ? (
        <div className="card-body">
          <Banner tone="info" icon="info">
            {t.remembered}
          </Banner>
        </div>
      ) : null}
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
                      {fieldName(field.key)}
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

/** What a field is called: one that every directory has, or one of the enterprise's own. */
export function useFieldName(made: Import): (key: string) => string {
  const t = useTexts();
  const label = useFieldLabel();
  return (key) => {
    if (key in t.fields) return t.fields[key as keyof typeof t.fields];
    const own = made.fields.find((field) => field.key === key);
    return (own && label(own)) || key;
  };
}
