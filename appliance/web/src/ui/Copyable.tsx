import { IconButton } from "./Button";
import { toast } from "./Toast";

/** Names and values, each value with a button that copies it. */
export function Copyable({ lines, copy, copied }: { lines: [name: string, value: string][]; copy: string; copied: string }) {
  return (
    <dl className="facts made">
      {lines.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <span className="mono grow">{value}</span>
            <IconButton small icon="copy" label={`${copy} ${name}`} onClick={() => void navigator.clipboard.writeText(value).then(() => toast(copied, "ok"))} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
