import { useState } from "react";
import { conversations } from "../../api/conversations";
import { useMe } from "../../api/useMe";
import { ColleaguePicker } from "../../i18n/ColleaguePicker";
import { FormDialog } from "../../i18n/FormDialog";
import { useToldAct } from "../../i18n/useAct";
import { newId } from "../../lib/ids";
import { TextField } from "../../ui/Field";
import type { Pick } from "../../ui/PeoplePicker";
import { held, putConversation } from "./store/store";
import { useTexts } from "./texts";

/** One colleague: a direct conversation. Several: a group. */
export function NewConversation({ onClose, onStarted }: { onClose: () => void; onStarted: (id: string) => void }) {
  const t = useTexts();
  const { person } = useMe();
  const [picked, setPicked] = useState<Pick[]>([]);
  const [title, setTitle] = useState("");
  const [cid] = useState(newId);
  const { busy, run } = useToldAct();
  const group = picked.length > 1;
  const start = async () => {
    const names = [person.name, ...picked.map((one) => one.name)].slice(0, 4).join(t.separator);
    const uids = picked.map((one) => one.uid);
    const made = await conversations.create(cid, group ? "group" : "direct", uids, group ? title.trim() || names : undefined);
    putConversation(held(made));
    onStarted(made.id);
  };
  return (
    <FormDialog
      title={t.newTitle}
      act={group ? t.createGroup(picked.length + 1) : t.start}
      busy={busy}
      ready={picked.length > 0}
      onClose={onClose}
      onSubmit={() => void run(start).catch(() => undefined)}
    >
      <div className="stack gap-16 new-conversation">
        {group ? <TextField label={t.groupName} help={t.groupNameHelp} value={title} onValue={setTitle} maxLength={100} /> : null}
        <ColleaguePicker inline picked={picked} onPicked={setPicked} without={[person.uid]} label={t.pickPeople} />
      </div>
    </FormDialog>
  );
}
