import { create } from "zustand";
import type { ProblemCode } from "../../../api/problems";
import type { OnConflict } from "../../../api/types";

/**
 * waiting → preparing → uploading → done. Aside: network (goes on by itself), paused, conflict (the person
 * decides), failed (retry), skipped. Each file has its own state; none stops another.
 */
export type UploadState = "waiting" | "preparing" | "uploading" | "network" | "paused" | "conflict" | "failed" | "done" | "skipped";

export interface UploadItem {
  id: string;
  name: string;
  size: number;
  /** The folder that was dropped on. */
  target: string;
  /** Folders below the target. */
  path: string[];
  onConflict: OnConflict;
  state: UploadState;
  sent: number;
  problem?: ProblemCode | "unreadable";
  /** On the box, once it has begun. */
  upload?: string;
}

interface Uploads {
  items: readonly UploadItem[];
  /** How many of a former page were cut off. */
  interrupted: number;
  /** The answer for every conflict still to come. */
  always: OnConflict | "skip" | null;
}

export const useUploads = create<Uploads>(() => ({ items: [], interrupted: 0, always: null }));
export const uploadsNow = (): readonly UploadItem[] => useUploads.getState().items;
export const uploadItem = (id: string): UploadItem | undefined => uploadsNow().find((item) => item.id === id);

export function changeItem(id: string, change: Partial<UploadItem>): void {
  useUploads.setState(({ items }) => ({ items: items.map((item) => (item.id === id ? { ...item, ...change } : item)) }));
}

export const RUNNING: readonly UploadState[] = ["preparing", "uploading", "network"];
export const OVER: readonly UploadState[] = ["done", "skipped"];
export const isActive = (item: UploadItem): boolean => item.state === "waiting" || RUNNING.includes(item.state);
