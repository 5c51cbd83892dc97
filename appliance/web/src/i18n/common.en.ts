import type { Shape } from "./t";
import { plural } from "./t";
import type { zh } from "./common.zh-CN";

export const en: Shape<typeof zh> = {
  passwordRules: {
    length: (n) => `At least ${n} characters`,
    classes: (n) => `at least ${n} of small letters, capitals, digits, others`,
    strength: "hard to guess",
    names: "without your account or name",
    history: (n) => `none of your last ${n}`,
  },
  cancel: "Cancel",
  save: "Save",
  close: "Close",
  retry: "Retry",
  back: "Back",
  more: "More",
  remove: "Remove",
  delete: "Delete",
  loading: "Loading",
  loadMore: "Show more",
  all: "All",
  none: "None",
  me: "Me",
  copy: "Copy",
  copied: "Copied",
  copyDiagnosis: "Copy diagnosis",
  clear: "Clear",
  search: "Search",
  people: (n) => plural(n, "person", "people"),
  items: (n) => plural(n, "item", "items"),
  separator: ", ",
  states: { active: "Active", invited: "Invited", frozen: "Frozen", leaving: "Leaving", gone: "Gone", erased: "Erased" },
  roles: { system: "System administrator", security: "Security administrator", audit: "Auditor" },
  pick: { placeholder: "Name, pinyin, initials or account", nothing: "Nobody found", remove: (name) => `Remove ${name}` },
  boxStates: { uninitialised: "Not set up", sealed: "Sealed", unsealing: "Unsealing", opening: "Opening", unsealed: "Unsealed", degraded: "Degraded", quarantined: "Quarantined" },
};
