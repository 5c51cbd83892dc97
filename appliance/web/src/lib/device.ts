// What this browser remembers about itself. Never a secret, never a name, never a text somebody wrote.

type Key = "device" | "locale" | "theme" | "send-key" | "list-width" | "panel";

export function remembered(key: Key): string | null {
  try {
    // oxlint-disable-next-line no-restricted-globals -- the one place that may
    return localStorage.getItem(`holdfast.${key}`);
  } catch {
    return null; // private mode: forget
  }
}

export function remember(key: Key, value: string): void {
  try {
    // oxlint-disable-next-line no-restricted-globals -- the one place that may
    localStorage.setItem(`holdfast.${key}`, value);
  } catch {
    // private mode: forget
  }
}
