import { useQuery } from "@tanstack/react-query";
import { keys } from "./query";
import { me } from "./session";
import type { Me, Power } from "./types";

/** The signed-in person. Pages inside the frame may rely on it being there. */
export function useMe(): Me {
  const { data } = useQuery({ queryKey: keys.me, queryFn: me.get, staleTime: Infinity });
  if (!data) throw new Error("useMe outside of the signed-in frame");
  return data;
}

/** What the person may do at the desk of the system administrator: all of it, or what was delegated. The box decides, thing by thing. */
export function useMay(): (power: Power | "all") => boolean {
  const { roles, delegated } = useMe();
  return (power) => roles.includes("system") || (power !== "all" && Boolean(delegated?.includes(power)));
}
