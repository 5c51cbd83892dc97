import { useState, type DragEvent } from "react";

/** Files dragged over a part of the page, and dropped there. Entering a child is not leaving the part. */
export function useFileDrop(take: (transfer: DataTransfer) => void, on = true) {
  const [depth, setDepth] = useState(0);
  const carries = (event: DragEvent) => on && event.dataTransfer.types.includes("Files");
  return {
    over: depth > 0,
    onDragEnter: (event: DragEvent) => {
      if (carries(event)) setDepth((now) => now + 1);
    },
    onDragLeave: (event: DragEvent) => {
      if (carries(event)) setDepth((now) => Math.max(0, now - 1));
    },
    onDragOver: (event: DragEvent) => {
      if (carries(event)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      if (!carries(event)) return;
      event.preventDefault();
      setDepth(0);
      take(event.dataTransfer);
    },
  };
}
