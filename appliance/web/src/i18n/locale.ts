import { create } from "zustand";
import { remember, remembered } from "../lib/device";

export type Locale = "zh-CN" | "en";

function initial(): Locale {
  const stored = remembered("locale");
  if (stored === "zh-CN" || stored === "en") return stored;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

export const useLocale = create<{ locale: Locale }>(() => ({ locale: initial() }));

export function setLocale(locale: Locale): void {
  remember("locale", locale);
  document.documentElement.lang = locale;
  useLocale.setState({ locale });
}

export const currentLocale = (): Locale => useLocale.getState().locale;
