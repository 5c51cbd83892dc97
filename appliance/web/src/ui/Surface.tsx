import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

// What a list shows when it has no rows: loading, empty, failed.

interface SkeletonProps {
  rows?: number;
  label: string;
  look?: "person" | "table";
}

/** In the shape of the real rows; the caller waits 200 ms before it shows it. */
export function Skeleton({ rows = 6, label, look = "person" }: SkeletonProps) {
  return (
    <div className={look === "table" ? "sk sk-table" : "sk"} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <div className="sk-row" key={row}>
          <span className="skel sk-av" />
          <span className="grow stack">
            <span className={`skel skel-line ${row % 2 ? "skel-w60" : "skel-w40"}`} />
            {look === "person" ? <span className={`skel skel-line ${row % 2 ? "skel-w60" : "skel-w80"}`} /> : null}
          </span>
        </div>
      ))}
    </div>
  );
}

interface EmptyProps {
  icon: IconName;
  title: string;
  tone?: "danger" | "warn";
  children?: ReactNode;
  actions?: ReactNode;
  alert?: boolean;
}

export function Empty({ icon, title, tone, children, actions, alert }: EmptyProps) {
  return (
    <div className="empty" role={alert ? "alert" : undefined}>
      <span className={tone ? `empty-art art-${tone}` : "empty-art"}>
        <Icon name={icon} size={24} />
      </span>
      <h3>{title}</h3>
      {children ? <p className="compact">{children}</p> : null}
      {actions ? <div className="btns">{actions}</div> : null}
    </div>
  );
}

type BannerTone = "info" | "ok" | "warn" | "danger";

export function Banner({ tone, icon, children, actions }: { tone: BannerTone; icon: IconName; children: ReactNode; actions?: ReactNode }) {
  return (
    <div className={`banner banner-${tone}`} role={tone === "danger" ? "alert" : "status"}>
      <Icon name={icon} size={16} />
      <div className="banner-text">{children}</div>
      {actions ? <div className="btns">{actions}</div> : null}
    </div>
  );
}
