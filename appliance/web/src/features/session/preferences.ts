// Language: the person's own wins, kept by the box; without one the switch of the sign-in page on this device, and
// without that the browser. What somebody switched to right before signing in becomes their own.
// Theme: what was chosen on this device wins, then the person's own, then the system.

import { useLayoutEffect } from "react";
import { me } from "../../api/session";
import type { Me } from "../../api/types";
import { showLocale, takeJustChosen } from "../../i18n/locale";
import { showTheme, themeChosenHere } from "../../lib/theme";

/** Before the first paint of anything that is behind the sign-in. */
export function useOwnPreferences(self: Me): void {
  const { locale, theme } = self;
  useLayoutEffect(() => {
    const chosen = takeJustChosen();
    if (chosen && chosen !== locale) void me.update({ locale: chosen }).catch(() => undefined);
    else if (locale) showLocale(locale);
  }, [locale]);
  useLayoutEffect(() => {
    if (theme && !themeChosenHere()) showTheme(theme);
  }, [theme]);
}
