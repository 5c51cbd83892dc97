import { useQueryClient } from "@tanstack/react-query";
import { useLocation, useSearch } from "wouter";
import { sessionBegan } from "../../api/live";
import { keys } from "../../api/query";
import { me } from "../../api/session";
import { paths } from "../../lib/paths";

/** Signed in: goes where they wanted to go. */
export function useBegin(): () => Promise<void> {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const next = new URLSearchParams(useSearch()).get("next");
  return async () => {
    sessionBegan();
    client.clear();
    await client.fetchQuery({ queryKey: keys.me, queryFn: me.get });
    navigate(next?.startsWith("/") && !next.startsWith("//") ? next : paths.messages(), { replace: true });
  };
}
