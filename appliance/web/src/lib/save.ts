/** How long a browser may take to begin to write what it was handed. */
const KEPT_MILLISECONDS = 60_000;

/** Hands bytes to the browser as a download. */
export function saveBytes(bytes: Blob, name: string): void {
  const address = URL.createObjectURL(bytes);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(address), KEPT_MILLISECONDS);
}

/** The same for plain text. */
export const saveText = (name: string, text: string): void => saveBytes(new Blob([text], { type: "text/plain;charset=utf-8" }), name);

/** For names of files: 2026-11-22T104512. */
export const fileTime = (date = new Date()): string => date.toISOString().slice(0, 19).replaceAll(":", "");
