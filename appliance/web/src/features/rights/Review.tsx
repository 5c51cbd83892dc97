import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/query";
import { review, type HoldingFilter } from "../../api/security";
import type { Holding, HoldingKind } from "../../api/types";
import { useEndless } from "../../api/useEndless";
import { useMe } from "../../api/useMe";
import { ColleaguePicker } from "../../i18n/ColleaguePicker";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { FormDialog } from "../../i18n/FormDialog";
import { useFormat } from "../../i18n/format";
import { useLocale } from "../../i18n/locale";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct } from "../../i18n/useAct";
import { newId } from "../../lib/ids";
import { useTitle } from "../../lib/react";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { Endless } from "../../ui/Endless";
import { Check, TextField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { PageBar } from "../../ui/PageBar";
import type { Pick } from "../../ui/PeoplePicker";
import { Empty } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import "./rights.css";
import { useTexts } from "./texts";

const KINDS: HoldingKind[] = ["role", "delegation", "connector", "app-password", "group"];

/** Who holds what; for security administrators, who say when they have looked through it, and auditors. */
export default function Review() {
  const t = useTexts();
  useTitle(t.review);
  const format = useFormat();
  const locale = useLocale((state) => state.locale);
  const { roles } = useMe();
  const [kind, setKind] = useState<HoldingKind | "">("");
  const [ending, setEnding] = useState(false);
  const [fresh, setFresh] = useState(false);
  const [picked, setPicked] = useState<Pick[]>([]);
  const [marking, setMarking] = useState(false);
  const filter: HoldingFilter = {
    ...(kind ? { kind } : {}),
    ...(ending ? { ending } : {}),
    ...(fresh ? { fresh } : {}),
    ...(picked[0] ? { person: picked[0].uid } : {}),
  };
  const [first, setFirst] = useState<Awaited<ReturnType<typeof review.holdings>>>();
  const fetchPage = async (cursor: string | undefined) => {
    const page = await review.holdings(filter, cursor);
    if (!cursor) setFirst(page);
    return page;
  };
  const list = useEndless(keys.holdings(filter), fetchPage, { keep: true });
  const last = first?.last_review;
  return (
    <>
      <PageBar title={t.review} sub={last ? t.lastReview(last.reviewed_by.name, format.moment(last.reviewed_at), last.holdings) : t.neverReviewed}>
        <a className="btn hide-phone" href={review.sheet("xlsx", locale, filter)} download>
          <Icon name="download" />
          {t.exportBook}
        </a>
        <a className="btn hide-phone" href={review.sheet("csv", locale, filter)} download>
          .csv
        </a>
        {roles.includes("security") ? (
          <Button look="primary" icon="check" onClick={() => setMarking(true)}>
            {t.mark}
          </Button>
        ) : null}
      </PageBar>
      <main className="con-body">
        <section className="con-col grow" aria-label={t.review}>
          <div className="filters">
            <span className={kind ? "chip chip-select is-on" : "chip chip-select"}>
              <select aria-label={t.kind} value={kind} onChange={(event) => setKind(KINDS.find((one) => one === event.target.value) ?? "")}>
                <option value="">{t.anyKind}</option>
                {KINDS.map((one) => (
                  <option key={one} value={one}>
                    {t.kinds[one]}
                  </option>
                ))}
              </select>
              <Icon name="down" size={16} />
            </span>
            <Check checked={ending} onChange={(event) => setEnding(event.target.checked)}>
              {t.ending}
            </Check>
            <Check checked={fresh} onChange={(event) => setFresh(event.target.checked)}>
              {t.fresh}
            </Check>
            <div className="filter-person">
              <ColleaguePicker whole={roles.includes("security")} single picked={picked} onPicked={setPicked} label={t.anybody} />
            </div>
          </div>
          {list.error ? (
            <Failure error={list.error} title={t.failedReview} onRetry={() => void list.refetch()} />
          ) : list.data && list.items.length === 0 ? (
            <Empty icon="list" title={t.noHoldings} />
          ) : (
            <div className="table-wrap grow">
              <Holdings items={list.items} reviewedAt={last?.reviewed_at} />
              <Endless more={list.hasNextPage} loading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
            </div>
          )}
          <div className="tfoot">
            <span>{t.shown(list.items.length, first?.total ?? list.items.length)}</span>
          </div>
        </section>
      </main>
      {marking ? <Mark rows={first?.total ?? 0} onClose={() => setMarking(false)} /> : null}
    </>
  );
}

function Holdings({ items, reviewedAt }: { items: Holding[]; reviewedAt: number | undefined }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const what = (one: Holding): string => {
    if (one.role) return common.roles[one.role];
    if (one.door) return `${t.doors[one.door]} · ${t.passwords(one.count ?? 0)}`;
    if (one.kind === "group") return t.members(one.count ?? 0);
    return one.name ?? (one.powers ?? []).map((power) => t.powerNames[power]).join(common.separator);
  };
  const isNew = (one: Holding) => reviewedAt !== undefined && (one.since ?? 0) > reviewedAt;
  return (
    <table className="table">
      <colgroup>
        <col className="w120" />
        <col className="w144" />
        <col />
        <col className="hide-phone" />
        <col className="w144 hide-phone" />
        <col className="w120 hide-phone" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{t.kind}</th>
          <th scope="col">{t.person}</th>
          <th scope="col">{t.holds}</th>
          <th scope="col" className="hide-phone">{t.where}</th>
          <th scope="col" className="hide-phone">{t.since}</th>
          <th scope="col" className="hide-phone">{t.ends}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((one) => (
          <tr key={`${one.kind} ${one.object} ${one.person?.id ?? ""}`} title={one.reason ?? undefined}>
            <td className="soft">{t.kinds[one.kind]}</td>
            <td>
              {one.person ? (
                <span className="cluster">
                  <Avatar name={one.person.name} hue={one.person.avatar_hue} seed={one.person.id} size={24} off={one.state === "frozen"} />
                  <span className="truncate">{one.person.name}</span>
                </span>
              ) : (
                <span className="soft">{t.program}</span>
              )}
            </td>
            <td>
              {what(one)} {isNew(one) ? <span className="tag">{t.isNew}</span> : null}
            </td>
            <td className="soft hide-phone" title={(one.departments ?? []).map((path) => path.map((step) => step.name).join(" / ")).join("\n")}>
              {(one.departments ?? []).map((path) => path.at(-1)?.name).join(common.separator) || "—"}
            </td>
            <td className="soft hide-phone" title={one.granted_by ? `${t.by} ${one.granted_by.name}` : undefined}>
              {one.since ? format.exact(one.since).slice(0, 16) : "—"}
            </td>
            <td className="soft hide-phone">{one.until ? format.moment(one.until) : "—"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Mark({ rows, onClose }: { rows: number; onClose: () => void }) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [cid] = useState(newId);
  const [note, setNote] = useState("");
  const { busy, problem, run } = useAct();
  const mark = async () => {
    await review.mark(cid, note.trim());
    toast(t.marked, "ok");
    await client.invalidateQueries({ queryKey: ["holdings"] });
    onClose();
  };
  return (
    <FormDialog size="sm" title={t.markTitle} act={t.mark} busy={busy} onClose={onClose} onSubmit={() => void run(mark)}>
      <p className="soft">{t.markText(rows)}</p>
      <TextField label={t.note} value={note} onValue={setNote} maxLength={200} fault={problem ? (fieldFault(problem, "note", problems) ?? sentence(problem, problems)) : undefined} />
    </FormDialog>
  );
}
