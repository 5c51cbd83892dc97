import { en } from "./common.en";
import { zh } from "./common.zh-CN";
import { translator } from "./t";

export const useCommon = translator({ "zh-CN": zh, en });
