import { useId, type ComponentProps, type ReactNode } from "react";
import { Icon } from "./Icon";

interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  fault?: string | undefined;
  aside?: ReactNode;
  children: (ids: { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined }) => ReactNode;
}

/** Label, control, and what helps or is wrong: joined for those who cannot see it. */
export function Field({ label, help, fault, aside, children }: FieldProps) {
  const id = useId();
  const note = fault || help ? `${id}-note` : undefined;
  return (
    <div className="field">
      <span className="cluster between">
        <label className="label" htmlFor={id}>
          {label}
        </label>
        {aside}
      </span>
      {children({ id, "aria-describedby": note, "aria-invalid": fault ? true : undefined })}
      {fault ? (
        <span className="fault" id={note} role="alert">
          <Icon name="alert-circle" size={16} />
          {fault}
        </span>
      ) : help ? (
        <span className="help" id={note}>
          {help}
        </span>
      ) : null}
    </div>
  );
}

interface TextProps extends Omit<ComponentProps<"input">, "className" | "onChange" | "value"> {
  label: ReactNode;
  help?: ReactNode;
  fault?: string | undefined;
  large?: boolean;
  value: string;
  onValue: (value: string) => void;
}

export function TextField({ label, help, fault, large, onValue, ...rest }: TextProps) {
  return (
    <Field label={label} help={help} fault={fault}>
      {(ids) => (
        <input
          {...rest}
          {...ids}
          className={`input${large ? " input-lg" : ""}${fault ? " is-bad" : ""}`}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}

interface SelectProps extends Omit<ComponentProps<"select">, "className" | "onChange" | "value"> {
  label: ReactNode;
  help?: ReactNode;
  fault?: string | undefined;
  value: string;
  onValue: (value: string) => void;
  children: ReactNode;
}

export function SelectField({ label, help, fault, onValue, children, ...rest }: SelectProps) {
  return (
    <Field label={label} help={help} fault={fault}>
      {(ids) => (
        <select {...rest} {...ids} className="select" onChange={(event) => onValue(event.target.value)}>
          {children}
        </select>
      )}
    </Field>
  );
}

interface SearchProps extends Omit<ComponentProps<"input">, "className" | "onChange" | "value" | "type"> {
  value: string;
  onValue: (value: string) => void;
  label: string;
  clearLabel: string;
}

/** A search field that is typed into: bordered, with a clear button. */
export function SearchField({ value, onValue, label, clearLabel, ...rest }: SearchProps) {
  return (
    <div className="searchbox searchbox-live grow">
      <Icon name="search" size={16} />
      <input
        {...rest}
        type="text"
        role="searchbox"
        autoComplete="off"
        spellCheck={false}
        value={value}
        aria-label={label}
        placeholder={rest.placeholder ?? label}
        onChange={(event) => onValue(event.target.value)}
      />
      {value ? (
        <button type="button" className="searchbox-x" aria-label={clearLabel} onClick={() => onValue("")}>
          <Icon name="x" size={16} />
        </button>
      ) : null}
    </div>
  );
}

export function Check({ label, children, ...rest }: Omit<ComponentProps<"input">, "type"> & { label?: string; children?: ReactNode }) {
  return (
    <label className="check">
      <input {...rest} type="checkbox" aria-label={label} />
      {children}
    </label>
  );
}
