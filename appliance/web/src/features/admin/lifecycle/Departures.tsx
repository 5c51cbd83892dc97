import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { lifecycle, lifecycleKeys } from "../../../api/lifecycle";
import type { Departure } from "../../../api/types";
import { useCommon } from "../../../i18n/common";
import { Failure } from "../../../i18n/Failure";
import { useFormat, type Formatter } from "../../../i18n/format";
import { useProblems } from "../../../i18n/problems";
import { useToldAct } from "../../../i18n/useAct";
import { useTitle } from "../../../lib/react";
import { pictureOf } from "../../../lib/pictures";
import { Avatar } from "../../../ui/Avatar";
import { Button } from "../../../ui/Button";
import { Confirm } from "../../../ui/Confirm";
import { PageBar } from "../../../ui/PageBar";
import { State, type ShapeName, type Tone } from "../../../ui/StateShape";
import { Empty } from "../../../ui/Surface";
import { toast } from "../../../ui/Toast";
import { secondsUntil } from "../../../lib/day";
import { HandoverSide } from "./HandoverSide";
import { useTexts } from "./texts";

/** While the box is at work on somebody. */
const LOOK_MILLISECONDS = 2_000;

/** Who is leaving, who is gone, and how many days are left to bring them back. */
export default function Departures() {
  const t = useTexts();
  useTitle(t.departures);
  const [open, setOpen] = useState<string | null>(null);
  const list = useQuery({ queryKey: lifecycleKeys.departures, queryFn: lifecycle.departures, refetchInterval: LOOK_MILLISECONDS });
  const items = list.data?.items ?? [];
  const shown = items.find(({ person }) => person.uid === open);
  return (
    <>
      <PageBar title={t.departures} sub={t.departuresSub} />
      <main className="con-body">
        {list.error ? (
          <Failure error={list.error} title={t.departuresFailed} onRetry={() => void list.refetch()} />
        ) : (
          <div className="con-page stack gap-16">
            <section className="card">
              {items.length === 0 && list.data ? (
                <Empty icon="people" title={t.none}>
                  {t.noneText}
                </Empty>
              ) : (
                <table className="table">
                  <colgroup>
                    <col />
                    <col />
                    <col className="hide-phone" />
                    <col className="col-acts" />
                  </colgroup>
                  <thead>
                    <tr>
                      <th scope="col">{t.person}</th>
                      <th scope="col">{t.stage}</th>
                      <th scope="col" className="hide-phone">{t.reasonHead}</th>
                      <th scope="col">
                        <span className="sr-only">{t.handover}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((one) => (
                      <Row key={one.person.uid} departure={one} open={one.person.uid === open} onOpen={() => setOpen(one.person.uid)} />
                    ))}
                  </tbody>
                </table>
              )}
            </section>
          </div>
        )}
        {shown && shown.gone_at == null ? <HandoverSide key={shown.person.uid} departure={shown} onClose={() => setOpen(null)} /> : null}
      </main>
    </>
  );
}

function Row({ departure, open, onOpen }: { departure: Departure; open: boolean; onOpen: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const client = useQueryClient();
  const waits = useWaits(departure.waits_for);
  const [asking, setAsking] = useState(false);
  const { run } = useToldAct();
  const { person, gone_at, erasing } = departure;
  const isGone = gone_at != null;
  const act = async () => {
    await (isGone ? lifecycle.restore(person.uid) : lifecycle.cancel(person.uid));
    toast((isGone ? t.restored : t.cancelled)(person.name), "ok");
    await Promise.all([lifecycleKeys.departures, ["admin-people"], ["people"]].map((queryKey) => client.invalidateQueries({ queryKey })));
  };
  const { tone, shape, text } = stage(departure, t, format);
  const verb = isGone ? t.restore : t.cancel;
  return (
    <tr className={open ? "two-line is-open" : "two-line"}>
      <td>
        <span className="cluster">
          <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} size={32} off={isGone} />
          <span className="truncate">
            {person.name}
            <p className="meta truncate">{[person.departments[0]?.name, person.uid].filter(Boolean).join(" · ")}</p>
          </span>
        </span>
      </td>
      <td>
        <State tone={tone} shape={shape}>
          {text}
        </State>
        {waits ? <p className="meta wrap">{waits}</p> : null}
      </td>
      <td className="soft hide-phone">
        <span className="truncate">{departure.reason}</span>
        <p className="meta nowrap">{`${departure.ordered_by.name} · ${format.near(departure.ordered_at)}`}</p>
      </td>
      <td className="r">
        <span className="acts">
          {isGone ? null : (
            <Button small onClick={onOpen}>
              {t.handover}
            </Button>
          )}
          {erasing ? null : (
            <Button small onClick={() => setAsking(true)} aria-label={`${verb} ${person.name}`}>
              {isGone ? t.restore : common.cancel}
            </Button>
          )}
        </span>
        <Confirm open={asking} title={(isGone ? t.restoreTitle : t.cancelTitle)(person.name)} act={verb} cancel={common.back} onClose={() => setAsking(false)} onConfirm={() => run(act)}>
          {isGone ? t.restoreText : t.cancelText}
        </Confirm>
      </td>
    </tr>
  );
}

/** Why it does not go on, in words. */
function useWaits(code: string | null | undefined): string | null {
  const t = useTexts();
  const { codes } = useProblems();
  if (!code) return null;
  if (code === "handover" || code === "legal-hold") return t.waits[code];
  return t.waits.other(code in codes ? codes[code as keyof typeof codes] : code);
}

function stage(departure: Departure, t: ReturnType<typeof useTexts>, format: Formatter): { tone: Tone; shape: ShapeName; text: string } {
  const { leaves_at, gone_at, erase_at, erasing, waits_for } = departure;
  if (erasing) return { tone: "bad", shape: "xring", text: t.stages.erasing };
  if (gone_at != null) {
    const left = erase_at == null ? 0 : secondsUntil(erase_at);
    return left > 0 ? { tone: "warn", shape: "half", text: t.stages.gone(format.duration(left)) } : { tone: "bad", shape: "xring", text: t.stages.due };
  }
  if (secondsUntil(leaves_at) > 0) return { tone: "ok", shape: "dot", text: t.stages.ahead(format.moment(leaves_at)) };
  return waits_for ? { tone: "warn", shape: "pause", text: t.stages.waiting } : { tone: "warn", shape: "half", text: t.stages.handing };
}
