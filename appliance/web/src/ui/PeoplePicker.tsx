import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { Avatar } from "./Avatar";
import { Icon } from "./Icon";
import { useEnter } from "./useEnter";

export interface Pick {
  id: string;
  uid: string;
  name: string;
  hue?: number | null | undefined;
  picture?: string | undefined;
  /** Second line: department and title. */
  sub?: string;
}

interface Props {
  picked: Pick[];
  onPicked: (picked: Pick[]) => void;
  /** The server finds by name, pinyin, initials and account. */
  search: (q: string, signal: AbortSignal) => Promise<Pick[]>;
  label: string;
  placeholder: string;
  nothing: string;
  removeLabel: (name: string) => string;
  single?: boolean;
  /** Account names that cannot be picked. */
  without?: readonly string[];
  /** Keeps the hits in the page instead of over it. */
  inline?: boolean;
}

const WAIT_MILLISECONDS = 120;

export function PeoplePicker(props: Props) {
  const { picked, onPicked, single } = props;
  const [q, setQ] = useState("");
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const { found, answered } = useFound(q, props.search, open || Boolean(props.inline));
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const offered = found.filter(
    (person) => !picked.some((one) => one.uid === person.uid) && !props.without?.includes(person.uid),
  );
  const choose = (person: Pick) => {
    onPicked(single ? [person] : [...picked, person]);
    setQ("");
    setAt(0);
    if (single) setOpen(false);
    input.current?.focus();
  };
  const enter = useEnter(q, answered, () => {
    const hit = offered[at];
    if (hit) choose(hit);
  });
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, offered.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter" && (q !== "" || (open && offered.length > 0))) enter();
    else if (event.key === "Backspace" && q === "" && picked.length > 0) onPicked(picked.slice(0, -1));
    else if (event.key === "Escape" && open && !props.inline) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = (open || Boolean(props.inline)) && (q !== "" || offered.length > 0);
  return (
    <div className="picker">
      <div className="pickbox">
        {picked.map((person) => (
          <span className="pick" key={person.uid}>
            <Avatar name={person.name} picture={person.picture} hue={person.hue} seed={person.id} size={24} />
            {person.name}
            <button
              type="button"
              aria-label={props.removeLabel(person.name)}
              onClick={() => onPicked(picked.filter((one) => one.uid !== person.uid))}
            >
              <Icon name="x" size={16} />
            </button>
          </span>
        ))}
        <input
          ref={input}
          className="pick-input"
          role="combobox"
          aria-label={props.label}
          aria-expanded={shown}
          aria-controls={list}
          aria-activedescendant={offered[at] ? `${list}-${at}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={picked.length === 0 ? props.placeholder : ""}
          value={q}
          onChange={(event) => {
            setQ(event.target.value);
            setAt(0);
            setOpen(true);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => window.setTimeout(() => setOpen(false), 120)}
          onKeyDown={onKey}
        />
      </div>
      <div className={`${props.inline ? "pick-list" : "pick-list pick-over"}${shown ? "" : " is-off"}`} id={list} role="listbox" aria-label={props.label}>
        {offered.map((person, index) => (
          <div
            key={person.uid}
            id={`${list}-${index}`}
            className={`menu-item tall${index === at ? " is-on" : ""}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(person)}
            onKeyDown={onKey}
          >
            <Avatar name={person.name} picture={person.picture} hue={person.hue} seed={person.id} size={32} />
            <span className="grow">
              <span className="grant-n truncate">{person.name}</span>
              <span className="row-sub">{person.sub || person.uid}</span>
            </span>
          </div>
        ))}
        {shown && answered && q !== "" && offered.length === 0 ? <p className="pick-none meta">{props.nothing}</p> : null}
      </div>
    </div>
  );
}

/** `answered`: what was found is for what stands in the field now. */
function useFound(q: string, search: Props["search"], on: boolean): { found: Pick[]; answered: boolean } {
  const [answer, setAnswer] = useState<{ of: string | null; found: Pick[] }>({ of: null, found: [] });
  const ask = useRef(search);
  useEffect(() => {
    ask.current = search;
  });
  useEffect(() => {
    if (!on) return;
    const stop = new AbortController();
    const asked = q.trim();
    const timer = window.setTimeout(() => {
      ask.current(asked, stop.signal).then((found) => setAnswer({ of: asked, found }), () => undefined);
    }, WAIT_MILLISECONDS);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [q, on]);
  return { found: answer.found, answered: answer.of === q.trim() };
}
