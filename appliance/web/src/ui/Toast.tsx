import { create } from "zustand";
import { Icon } from "./Icon";

interface ToastNote {
  id: number;
  tone: "ok" | "danger" | "plain";
  text: string;
  act?: { label: string; run: () => void };
}

const SHOWN_MILLISECONDS = 5000;
const MOST = 3;

const useToasts = create<{ notes: ToastNote[] }>(() => ({ notes: [] }));
let counter = 0;

export function toast(text: string, tone: ToastNote["tone"] = "plain", act?: ToastNote["act"]): void {
  counter += 1;
  const note: ToastNote = act ? { id: counter, tone, text, act } : { id: counter, tone, text };
  useToasts.setState(({ notes }) => ({ notes: [...notes, note].slice(-MOST) }));
  window.setTimeout(() => dismiss(note.id), SHOWN_MILLISECONDS);
}

const dismiss = (id: number) => useToasts.setState(({ notes }) => ({ notes: notes.filter((note) => note.id !== id) }));

export function Toasts() {
  const notes = useToasts((state) => state.notes);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {notes.map((note) => (
        <div key={note.id} className={`toast toast-${note.tone}`}>
          {note.tone === "plain" ? null : <Icon name={note.tone === "ok" ? "check-circle" : "alert"} size={16} />}
          <span>{note.text}</span>
          {note.act ? (
            <button
              type="button"
              className="link"
              onClick={() => {
                note.act?.run();
                dismiss(note.id);
              }}
            >
              {note.act.label}
            </button>
          ) : null}
        </div>
      ))}
    </div>
  );
}
