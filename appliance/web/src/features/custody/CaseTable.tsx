import type { ReactNode } from "react";
import type { IconName } from "../../ui/Icon";
import { Empty } from "../../ui/Surface";
import { useTexts } from "./texts";

interface Props {
  title: string;
  count: number;
  /** What stands there while there are no rows. */
  none: string;
  icon: IconName;
  /** Over who and when. */
  by: string;
  /** What the last column is for, for those who cannot see it. */
  act: string;
  children: ReactNode;
}

/** What there is of one sort, a row each: what it is about, for which case, by whom, how it stands, what can be done. */
export function CaseTable({ title, count, none, icon, by, act, children }: Props) {
  const t = useTexts();
  if (count === 0) {
    return (
      <section className="card">
        <Empty icon={icon} title={none} />
      </section>
    );
  }
  return (
    <section className="card">
      <div className="card-head">
        <h2>{title}</h2>
        <span className="meta">{count}</span>
      </div>
      <table className="table">
        <colgroup>
          <col />
          <col className="hide-phone" />
          <col className="w144 hide-phone" />
          <col className="w144" />
          <col className="w88" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t.subject}</th>
            <th scope="col" className="hide-phone">{t.caseHead}</th>
            <th scope="col" className="hide-phone">{by}</th>
            <th scope="col">{t.result}</th>
            <th scope="col">
              <span className="sr-only">{act}</span>
            </th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
