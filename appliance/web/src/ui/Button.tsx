import type { ComponentProps, ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

type Look = "primary" | "danger" | "danger-fill" | "quiet" | "link";

interface Props extends Omit<ComponentProps<"button">, "className"> {
  look?: Look;
  small?: boolean;
  large?: boolean;
  block?: boolean;
  icon?: IconName;
  /** Shows that the act is under way and takes no second click. */
  busy?: boolean;
  className?: string;
  children?: ReactNode;
}

export function Button({ look, small, large, block, icon, busy, className, children, disabled, type, ...rest }: Props) {
  const classes = ["btn"];
  if (look) classes.push(`btn-${look}`);
  if (small) classes.push("btn-sm");
  if (large) classes.push("btn-lg");
  if (block) classes.push("btn-block");
  if (className) classes.push(className);
  return (
    <button {...rest} type={type ?? "button"} className={classes.join(" ")} disabled={disabled || busy} aria-busy={busy || undefined}>
      {busy ? <span className="spinner" aria-hidden="true" /> : icon ? <Icon name={icon} size={16} /> : null}
      {children}
    </button>
  );
}

interface IconProps extends Omit<ComponentProps<"button">, "className" | "children"> {
  icon: IconName;
  /** What it does, for everybody who cannot see the drawing. */
  label: string;
  small?: boolean;
  on?: boolean;
  className?: string;
}

export function IconButton({ icon, label, small, on, className, type, ...rest }: IconProps) {
  const classes = ["btn", "btn-icon"];
  if (small) classes.push("btn-sm");
  if (on) classes.push("is-on");
  if (className) classes.push(className);
  return (
    <button {...rest} type={type ?? "button"} className={classes.join(" ")} aria-label={label} title={label}>
      <Icon name={icon} {...(small ? { size: 16 as const } : {})} />
    </button>
  );
}
