import type { Shape } from "../../../i18n/t";
import type { zh } from "./messages.zh-CN";

export const en: Shape<typeof zh> = {
  departures: "Leaving and gone",
  delegations: "Delegations",
  delegate: "Delegate",
  delegateMay: "Keeps people and departments of the part that was given. Cannot grant, nor touch the three administrators.",
  explain: "Who may, and why",
  review: "Access review",
  requests: "Data requests",
};
