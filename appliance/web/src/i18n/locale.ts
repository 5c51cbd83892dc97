import { create } from "zustand";
import { remember, remembered } from "../lib/device";

export type Locale = "zh-CN" | "en";

function initial(): Locale {
  const stored = remembered("locale");
  if (stored === "zh-CN" || stored === "en") return stored;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

export const useLocale = create<{ locale: Locale }>(() => ({ locale: initial() }));

let justChosen: Locale | null = null;

/** The switch of a page that nobody is signed in on: kept by this device. */
export function setLocale(locale: Locale): void {
  remember("locale", locale);
  justChosen = locale;
  showLocale(locale);
}

/** What was switched to since the page opened or somebody signed in; asked once. */
export function takeJustChosen(): Locale | null {
  const chosen = justChosen;
  justChosen = null;
  return chosen;
}

/** What the box keeps for the person. */
export function showLocale(locale: Locale): void {
  document.documentElement.lang = locale;
  useLocale.setState({ locale });
}

export const currentLocale = (): Locale => useLocale.getState().locale;
