import type { Shape } from "../../../i18n/t";
import type { zh } from "./messages.zh-CN";

export const en: Shape<typeof zh> = {
  requestKinds: { copy: "A copy", correct: "Correction", delete: "Deletion", restrict: "Restriction" },
  states: { open: "Open", done: "Done", refused: "Refused", withdrawn: "Withdrawn" },
  fields: {
    name: "Name", title: "Job", mail: "Mail", mobile: "Mobile", phone: "Extension", employee_no: "Number", work_place: "Work place", hired_on: "Hired on",
  },
  wants: (field, wanted) => `${field} → ${wanted}`,
  wholeAccount: "The whole account",
  myNote: "The company keeps your record, sign-ins, messages and files. You may ask for a copy, a correction, deletion or restriction; it is answered within 15 working days (Monday to Friday).",
  myCopy: "Ask for a copy",
  myCopyNote: "The box makes it: your record, sign-ins, what you wrote, a list of your files. Only you can fetch it, for 7 days.",
  myAsk: "Make a request",
  kind: "Request",
  field: "Of what",
  wanted: "Should be",
  myReason: "Reason (optional)",
  send: "Send",
  sent: (id) => `Sent, number ${id}`,
  mine: "My requests",
  mineNone: "You have asked for nothing yet",
  mineFailed: "The requests cannot be opened",
  download: "Download the copy",
  downloadUntil: (when) => `Until ${when}`,
  expired: "The copy has expired",
  making: "Being made",
  withdraw: "Withdraw",
  withdrawn: "Withdrawn",
  openedDue: (opened, due) => `Asked ${opened}, answered by ${due}`,
  answeredOn: (day) => `Answered ${day}`,
};
