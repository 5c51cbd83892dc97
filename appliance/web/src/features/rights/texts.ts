import { translator } from "../../i18n/t";
import { en } from "./messages.en";
import { zh } from "./messages.zh-CN";

export const useTexts = translator({ "zh-CN": zh, en });
