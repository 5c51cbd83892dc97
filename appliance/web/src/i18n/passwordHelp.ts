import type { PasswordRules } from "../api/types";
import { useCommon } from "./common";

/** What a password must be, in one line, as the security administrator set it. */
export function usePasswordHelp(rules: PasswordRules | undefined): string {
  const { passwordRules: words, separator } = useCommon();
  if (!rules) return "";
  const parts = [
    words.length(rules.length),
    rules.classes > 1 ? words.classes(rules.classes) : "",
    rules.strength > 0 ? words.strength : "",
    words.names,
    rules.history > 0 ? words.history(rules.history) : "",
  ];
  return parts.filter(Boolean).join(separator);
}
