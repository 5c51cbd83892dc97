import { useQuery } from "@tanstack/react-query";
import { keys } from "./query";
import { me } from "./session";
import type { Me } from "./types";

/** The signed-in person. Pages inside the frame may rely on it being there. */
export function useMe(): Me {
  const { data } = useQuery({ queryKey: keys.me, queryFn: me.get, staleTime: Infinity });
  if (!data) throw new Error("useMe outside of the signed-in frame");
  return data;
}
