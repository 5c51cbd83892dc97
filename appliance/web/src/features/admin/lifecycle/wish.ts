import type { DataRequest } from "../../../api/types";
import { useTexts } from "./texts";

/** The field and its wanted value, or what a request is about. */
export function useWish(request: DataRequest): string {
  const t = useTexts();
  if (!request.field) return request.kind === "delete" ? t.wholeAccount : "";
  const field = t.fields[request.field];
  return request.wanted ? t.wants(field, request.wanted) : field;
}
