import { CSPProvider as Base } from "@base-ui/react/csp-provider";
import type { ReactNode } from "react";

/** Base UI renders no <style> of its own: the policy would block it, and base.css has the rules. */
export const CSPProvider = ({ children }: { children: ReactNode }) => <Base disableStyleElements>{children}</Base>;
