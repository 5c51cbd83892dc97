import type { KeyboardEvent } from "react";

/**
 * True while an input method composes. Safari and some Windows methods report the confirming Enter after
 * `compositionend`, with keyCode 229: that Enter belongs to the input method and must send nothing.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.nativeEvent.isComposing || event.keyCode === 229;
}
