import { create } from "zustand";
import { remember, remembered } from "./device";

export type Theme = "system" | "light" | "dark";

const dark = window.matchMedia("(prefers-color-scheme: dark)");

function initial(): Theme {
  const stored = remembered("theme");
  return stored === "light" || stored === "dark" ? stored : "system";
}

export const useTheme = create<{ theme: Theme }>(() => ({ theme: initial() }));

/** What somebody chose on this device. */
export function setTheme(theme: Theme): void {
  remember("theme", theme);
  showTheme(theme);
}

export function showTheme(theme: Theme): void {
  useTheme.setState({ theme });
  show();
}

export const themeChosenHere = (): boolean => remembered("theme") !== null;

/** Sets `data-theme` and follows the system while nothing else was chosen. */
export function startTheme(): void {
  dark.addEventListener("change", show);
  show();
}

function show(): void {
  const { theme } = useTheme.getState();
  document.documentElement.dataset["theme"] = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
}
