import { useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/query";
import { me } from "../../api/session";
import { showLocale, useLocale, type Locale } from "../../i18n/locale";
import { setTheme, useTheme, type Theme } from "../../lib/theme";
import { useTexts } from "./texts";

/** Taken at once here; kept by the box for the person's other devices. */
export function Appearance() {
  const t = useTexts();
  const client = useQueryClient();
  const locale = useLocale((state) => state.locale);
  const theme = useTheme((state) => state.theme);
  const keep = (change: Parameters<typeof me.update>[0]) => void me.update(change).then((self) => client.setQueryData(keys.me, self), () => undefined);
  const language = (next: Locale) => {
    showLocale(next);
    keep({ locale: next });
  };
  const look = (next: Theme) => {
    setTheme(next);
    keep({ theme: next });
  };
  return (
    <div className="form">
      <Choice label={t.language} value={locale} onValue={language} options={[["zh-CN", t.chinese], ["en", t.english]]} />
      <Choice label={t.theme} value={theme} onValue={look} options={[["system", t.themes.system], ["light", t.themes.light], ["dark", t.themes.dark]]} />
    </div>
  );
}

function Choice<T extends string>({ label, value, onValue, options }: { label: string; value: T; onValue: (value: T) => void; options: [T, string][] }) {
  return (
    <fieldset className="settings-choice">
      <legend className="label">{label}</legend>
      <div className="seg" role="radiogroup" aria-label={label}>
        {options.map(([key, text]) => (
          <button key={key} type="button" role="radio" aria-checked={key === value} className={key === value ? "seg-item is-on" : "seg-item"} onClick={() => onValue(key)}>
            {text}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
