import { useState } from "react";
import { conversations } from "../../api/conversations";
import { pickPeople } from "../../api/pickPeople";
import { asProblem } from "../../api/problems";
import { useMe } from "../../api/useMe";
import { useCommon } from "../../i18n/common";
import { sentence, useProblems } from "../../i18n/problems";
import { newId } from "../../lib/ids";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { PeoplePicker, type Pick } from "../../ui/PeoplePicker";
import { toast } from "../../ui/Toast";
import { held, putConversation } from "./store/store";
import { useTexts } from "./texts";

/** One colleague: a direct conversation. Several: a group. */
export function NewConversation({ onClose, onStarted }: { onClose: () => void; onStarted: (id: string) => void }) {
  const t = useTexts();
  const common = useCommon();
  const problems = useProblems();
  const { person } = useMe();
  const [picked, setPicked] = useState<Pick[]>([]);
  const [title, setTitle] = useState("");
  const [busy, setBusy] = useState(false);
  const [cid] = useState(newId);
  const group = picked.length > 1;
  const start = async () => {
    if (picked.length === 0) return;
    setBusy(true);
    const names = [person.name, ...picked.map((one) => one.name)].slice(0, 4).join(t.separator);
    try {
      const uids = picked.map((one) => one.uid);
      const made = await conversations.create(cid, group ? "group" : "direct", uids, group ? title.trim() || names : undefined);
      putConversation(held(made));
      onStarted(made.id);
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.newTitle}
      closeLabel={common.close}
      onSubmit={() => void start()}
      foot={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" look="primary" busy={busy} disabled={picked.length === 0}>
            {group ? t.createGroup(picked.length + 1) : t.start}
          </Button>
        </>
      }
    >
      <div className="stack gap-16 new-conversation">
        {group ? <TextField label={t.groupName} help={t.groupNameHelp} value={title} onValue={setTitle} maxLength={100} /> : null}
        <PeoplePicker
          inline
          picked={picked}
          onPicked={setPicked}
          search={pickPeople}
          without={[person.uid]}
          label={t.pickPeople}
          placeholder={t.pickPlaceholder}
          nothing={t.pickNothing}
          removeLabel={t.removePick}
        />
      </div>
    </Dialog>
  );
}
