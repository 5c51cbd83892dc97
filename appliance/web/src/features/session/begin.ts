import { useQueryClient } from "@tanstack/react-query";
import { useLocation, useSearch } from "wouter";
import { sessionBegan } from "../../api/live";
import { keys } from "../../api/query";
import { me } from "../../api/session";
import { useFormat } from "../../i18n/format";
import { paths } from "../../lib/paths";
import { toast } from "../../ui/Toast";
import { useTexts } from "./texts";

/** Signed in: goes where they wanted to go. */
export function useBegin(): () => Promise<void> {
  const client = useQueryClient();
  const t = useTexts();
  const format = useFormat();
  const [, navigate] = useLocation();
  const next = new URLSearchParams(useSearch()).get("next");
  return async () => {
    sessionBegan();
    client.clear();
    const self = await client.fetchQuery({ queryKey: keys.me, queryFn: me.get });
    // An act of its own, so that nobody has to look for where.
    if (self.password_ends_at && !self.must_change_password) {
      toast(t.passwordEnds(format.exact(self.password_ends_at).slice(0, 10)), "plain", { label: t.set, run: () => navigate(paths.settings("account")) });
    }
    navigate(next?.startsWith("/") && !next.startsWith("//") ? next : paths.messages(), { replace: true });
  };
}
