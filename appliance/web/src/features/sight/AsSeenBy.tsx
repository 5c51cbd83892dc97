import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sightKeys, visibility } from "../../api/sight";
import type { SightExplanation, SightVerdict } from "../../api/types";
import { ColleaguePicker } from "../../i18n/ColleaguePicker";
import { Failure } from "../../i18n/Failure";
import { Icon } from "../../ui/Icon";
import type { Pick } from "../../ui/PeoplePicker";
import { useTexts } from "./texts";

/** The directory through one person's eyes, and why it looks so. */
export function AsSeenBy() {
  const t = useTexts();
  const [viewer, setViewer] = useState<Pick[]>([]);
  const [person, setPerson] = useState<Pick[]>([]);
  const [one, other] = [viewer[0]?.uid, person[0]?.uid];
  return (
    <>
      <section className="card as-seen">
        <div className="card-head">
          <h2>{t.as}</h2>
        </div>
        <div className="card-body stack gap-16">
          <p className="soft">{t.asText}</p>
          <div className="field">
            <span className="label">{t.viewer}</span>
            <ColleaguePicker whole single picked={viewer} onPicked={setViewer} label={t.viewer} />
          </div>
          {one ? <Seen viewer={one} /> : null}
        </div>
      </section>
      {one ? (
        <section className="card as-seen">
          <div className="card-head">
            <h2>{t.why}</h2>
          </div>
          <div className="card-body stack gap-16">
            <p className="soft">{t.whyText}</p>
            <div className="field">
              <span className="label">{t.person}</span>
              <ColleaguePicker whole single picked={person} onPicked={setPerson} label={t.person} />
            </div>
            {other ? <Why viewer={one} person={other} /> : null}
          </div>
        </section>
      ) : null}
    </>
  );
}

function Seen({ viewer }: { viewer: string }) {
  const t = useTexts();
  const people = useQuery({ queryKey: sightKeys.of(viewer, "people"), queryFn: () => visibility.people(viewer) });
  const roots = useQuery({ queryKey: sightKeys.of(viewer, "departments"), queryFn: () => visibility.departments(viewer) });
  const top = roots.data?.items.length === 1 ? roots.data.items[0]?.id : undefined;
  const below = useQuery({
    queryKey: sightKeys.of(viewer, "departments", top),
    queryFn: () => visibility.departments(viewer, top),
    enabled: top !== undefined,
  });
  const error = people.error ?? roots.error;
  if (error) return <Failure error={error} title={t.asFailed} onRetry={() => void people.refetch()} />;
  if (!people.data || !roots.data) return null;
  const departments = [...roots.data.items, ...(below.data?.items ?? [])];
  const { items, total } = people.data;
  return (
    <>
      <p role="status">
        <b>{total === 0 ? t.asNobody : t.asTotal(total)}</b>
      </p>
      <div>
        <span className="label">{t.asDepartments}</span>
        <ul className="chips">
          {departments.map((one) => (
            <li key={one.id} className="tag tag-line">
              {one.name} {one.people}
            </li>
          ))}
        </ul>
      </div>
      <div>
        <span className="label">
          {t.asPeople}
          {total > items.length ? ` · ${t.asFirst(items.length)}` : ""}
        </span>
        <ul className="chips">
          {items.map((person) => (
            <li key={person.id} className="tag tag-line">
              {person.name}
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

function Why({ viewer, person }: { viewer: string; person: string }) {
  const t = useTexts();
  const { data, error, refetch } = useQuery({ queryKey: sightKeys.of(viewer, "why", person), queryFn: () => visibility.explain(viewer, person) });
  if (error) return <Failure error={error} title={t.asFailed} onRetry={() => void refetch()} />;
  return data ? <Explained explained={data} /> : null;
}

function Explained({ explained }: { explained: SightExplanation }) {
  const t = useTexts();
  const { viewer, person, verdict } = explained;
  const head = verdict.visible ? t.sees(viewer.name, person.name) : t.seesNot(viewer.name, person.name);
  return (
    <>
      <p role="status">
        <b>{head}</b>
        <span className="row-sub">
          <Reason verdict={verdict} />
        </span>
      </p>
      {explained.departments.length > 0 ? (
        <dl className="kv kv-wide">
          {explained.departments.map((one) => (
            <Line key={one.id} head={one.name} verdict={one} />
          ))}
        </dl>
      ) : null}
      {verdict.visible ? (
        <>
          <span className="label">{t.inFields}</span>
          <dl className="kv kv-wide">
            {explained.fields.map((one) => (
              <Line key={one.field} head={t.fields[one.field]} verdict={one} />
            ))}
          </dl>
        </>
      ) : null}
    </>
  );
}

function Line({ head, verdict }: { head: string; verdict: SightVerdict }) {
  const t = useTexts();
  return (
    <>
      <dt>{head}</dt>
      <dd>
        <span className="cluster">
          <Icon name={verdict.visible ? "eye" : "eye-off"} size={16} />
          {verdict.visible ? t.shown : t.notShown}
          <span className="meta">
            <Reason verdict={verdict} />
          </span>
        </span>
      </dd>
    </>
  );
}

function Reason({ verdict }: { verdict: SightVerdict }) {
  const t = useTexts();
  return (
    <>
      {t.reasons[verdict.reason]}
      {verdict.rule_name ? ` · ${t.by(verdict.rule_name)}` : ""}
    </>
  );
}
