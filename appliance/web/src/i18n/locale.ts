import { create } from "zustand";
import { remember, remembered } from "../lib/device";

export type Locale = "zh-CN" | "en";

function initial(): Locale {
  const stored = remembered("locale");
  if (stored === "zh-CN" || stored === "en") return stored;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

export const useLocale = create<{ locale: Locale }>(() => ({ locale: initial() }));

/** What somebody chose on this device. */
export function setLocale(locale: Locale): void {
  remember("locale", locale);
  showLocale(locale);
}

/** What the box keeps for the person; a choice made on this device wins. */
export function showLocale(locale: Locale): void {
  document.documentElement.lang = locale;
  useLocale.setState({ locale });
}

export const chosenHere = (): Locale | null => {
  const stored = remembered("locale");
  return stored === "zh-CN" || stored === "en" ? stored : null;
};

export const currentLocale = (): Locale => useLocale.getState().locale;
