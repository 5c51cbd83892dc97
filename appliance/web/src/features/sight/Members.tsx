import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sightKeys, tags } from "../../api/sight";
import type { NamedSubject, Tag, TagMember } from "../../api/types";
import { useEndless } from "../../api/useEndless";
import { useCommon } from "../../i18n/common";
import { useFormat } from "../../i18n/format";
import { sentence, useProblems } from "../../i18n/problems";
import { useAct, useToldAct } from "../../i18n/useAct";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { toast } from "../../ui/Toast";
import { SubjectPicker } from "./SubjectPicker";
import { useTexts } from "./texts";

/** Whom a tag names, and whom it holds in the end. */
export function Members({ tag, onClose }: { tag: Tag; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  return (
    <Dialog open onClose={onClose} title={t.tagMembersOf(tag.name)} closeLabel={common.close} foot={<Button onClick={onClose}>{common.close}</Button>}>
      <div className="stack gap-16">
        <People tag={tag} />
        {tag.rule ? null : <Named tag={tag} />}
      </div>
    </Dialog>
  );
}

function People({ tag }: { tag: Tag }) {
  const t = useTexts();
  const { data } = useQuery({ queryKey: sightKeys.tag(tag.id, "people"), queryFn: () => tags.people(tag.id) });
  if (!data) return null;
  const names = data.items.map((person) => person.name).join("、");
  return (
    <p className="soft" role="status">
      {t.people(data.total)}
      {names ? ` · ${t.more3(names, data.total > data.items.length ? data.total : 0)}` : ""}
    </p>
  );
}

function Named({ tag }: { tag: Tag }) {
  const t = useTexts();
  const client = useQueryClient();
  const list = useEndless(sightKeys.tag(tag.id, "members"), (cursor) => tags.members(tag.id, cursor));
  const again = () => client.invalidateQueries({ queryKey: sightKeys.tags });
  return (
    <>
      <Add tag={tag} onDone={again} />
      {list.data && list.items.length === 0 ? <p className="soft">{t.tagMembersNone}</p> : null}
      <ul className="sight-members">
        {list.items.map((member) => (
          <Row key={`${member.subject.kind}/${member.subject.id}`} tag={tag} member={member} onDone={again} />
        ))}
      </ul>
      {list.hasNextPage ? <Button onClick={() => void list.fetchNextPage()}>{t.more}</Button> : null}
    </>
  );
}

interface Done {
  tag: Tag;
  onDone: () => Promise<unknown>;
}

function Add({ tag, onDone }: Done) {
  const t = useTexts();
  const problems = useProblems();
  const [picked, setPicked] = useState<NamedSubject[]>([]);
  const [until, setUntil] = useState("");
  const { busy, problem, run } = useAct();
  const add = async () => {
    // The last day counts in full, where the person sits who chose it.
    const end = until ? new Date(`${until}T23:59:59`).getTime() * 1000 : undefined;
    for (const one of picked) await tags.put(tag.id, one.subject, end);
    setPicked([]);
    toast(t.tagAdded, "ok");
    await onDone();
  };
  return (
    <div className="stack">
      <SubjectPicker label={t.tagWho} picked={picked} onPicked={setPicked} fault={problem ? sentence(problem, problems) : undefined} />
      <TextField label={t.tagUntil} help={t.tagUntilHelp} type="date" value={until} onValue={setUntil} />
      <span className="cluster">
        <Button look="primary" icon="plus" busy={busy} disabled={picked.length === 0} onClick={() => void run(add)}>
          {t.tagAdd}
        </Button>
      </span>
    </div>
  );
}

function Row({ tag, member, onDone }: Done & { member: TagMember }) {
  const t = useTexts();
  const format = useFormat();
  const { busy, run } = useToldAct();
  const take = async () => {
    await tags.take(tag.id, member.subject);
    toast(t.tagTaken, "ok");
    await onDone();
  };
  return (
    <li>
      <span className="grow">
        <span className="truncate">{member.name}</span>
        <span className="row-sub">
          {t.subtitle[member.subject.kind]}
          {member.until ? ` · ${t.tagUntilAt(format.day(member.until))}` : ""}
        </span>
      </span>
      <Button small busy={busy} onClick={() => void run(take).catch(() => undefined)}>
        {t.tagTake}
      </Button>
    </li>
  );
}
