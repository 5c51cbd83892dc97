import type { Shape } from "../../../i18n/t";
import type { zh } from "./messages.zh-CN";

export const en: Shape<typeof zh> = {
  departures: "Leaving and gone",
  requests: "Data requests",
};
