import { pickPeople } from "../api/pickPeople";
import { PeoplePicker, type Pick } from "../ui/PeoplePicker";
import { useCommon } from "./common";

interface Props {
  label: string;
  picked: Pick[];
  onPicked: (picked: Pick[]) => void;
  single?: boolean;
  /** Keeps the hits in the page instead of over it. */
  inline?: boolean;
  /** Account names that cannot be picked. */
  without?: readonly string[];
  /** Everybody, past the rules of visibility: on the consoles only. */
  whole?: boolean;
}

/** People of the company, found by name, pinyin, initials and account. */
export function ColleaguePicker({ whole, ...props }: Props) {
  const { pick } = useCommon();
  return <PeoplePicker {...props} search={(q, signal) => pickPeople(q, signal, whole)} placeholder={pick.placeholder} nothing={pick.nothing} removeLabel={pick.remove} />;
}
