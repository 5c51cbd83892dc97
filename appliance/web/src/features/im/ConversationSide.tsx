import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { conversations } from "../../api/conversations";
import { keys } from "../../api/query";
import type { Member } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { ColleaguePicker } from "../../i18n/ColleaguePicker";
import { FormDialog } from "../../i18n/FormDialog";
import { useToldAct } from "../../i18n/useAct";
import { newId } from "../../lib/ids";
import { paths } from "../../lib/paths";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Button, IconButton } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { SearchField, TextField } from "../../ui/Field";
import { Menu, MenuItem, MenuLine } from "../../ui/Menu";
import type { Pick } from "../../ui/PeoplePicker";
import { moveFocus } from "../../ui/roving";
import { Skeleton } from "../../ui/Surface";
import { allMembers } from "./members";
import { dropConversation, held, ownId, putConversation, type Held } from "./store/store";
import { useTexts } from "./texts";

type Tab = "members" | "settings";

/** What is known about a conversation: its members, its settings. */
export function ConversationSide({ conversation, onClose }: { conversation: Held; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const [tab, setTab] = useState<Tab>("members");
  return (
    <aside className="pane-side" aria-label={t.details}>
      <div className="tabs side-tabs">
        <div className="side-tablist" role="tablist">
          {(["members", "settings"] as const).map((one) => (
            <button key={one} type="button" role="tab" aria-selected={one === tab} className={one === tab ? "tab is-on" : "tab"} onClick={() => setTab(one)}>
              {t[one]} {one === "members" ? <span className="count">{conversation.members}</span> : null}
            </button>
          ))}
        </div>
        <IconButton className="end side-x" small icon="x" label={common.close} onClick={onClose} />
      </div>
      <div className="pane-body side-body">
        {tab === "members" ? <Members conversation={conversation} /> : <ConversationSettings conversation={conversation} />}
      </div>
    </aside>
  );
}

function Members({ conversation }: { conversation: Held }) {
  const t = useTexts();
  const common = useCommon();
  const [q, setQ] = useState("");
  const [inviting, setInviting] = useState(false);
  const { data } = useQuery({ queryKey: keys.members(conversation.id), queryFn: () => allMembers(conversation.id) });
  const group = conversation.kind === "group";
  const mine = data?.find((member) => member.person.id === ownId())?.role === "owner";
  const wanted = q.trim().toLowerCase();
  const shown = data?.filter(({ person }) => `${person.name} ${person.uid}`.toLowerCase().includes(wanted));
  const owners = shown?.filter((member) => member.role === "owner" && group) ?? [];
  const members = shown?.filter((member) => !owners.includes(member)) ?? [];
  return (
    <>
      <div className="side-tools">
        <SearchField value={q} onValue={setQ} label={t.searchMembers} clearLabel={common.clear} />
        {group ? (
          <Button icon="person-plus" onClick={() => setInviting(true)}>
            {t.invite}
          </Button>
        ) : null}
      </div>
      {data ? null : <Skeleton rows={4} label={common.loading} />}
      <div onKeyDown={moveFocus} role="presentation">
        {owners.length > 0 ? <div className="list-head">{t.ownerGroup}</div> : null}
        {owners.map((member) => (
          <MemberRow key={member.person.id} member={member} conversation={conversation} removable={false} />
        ))}
        {group && members.length > 0 ? <div className="list-head">{t.memberGroup(members.length)}</div> : null}
        {members.map((member) => (
          <MemberRow key={member.person.id} member={member} conversation={conversation} removable={group && mine && member.person.id !== ownId()} />
        ))}
      </div>
      {inviting ? <Invite conversation={conversation} present={data ?? []} onClose={() => setInviting(false)} /> : null}
    </>
  );
}

function MemberRow({ member, conversation, removable }: { member: Member; conversation: Held; removable: boolean }) {
  const t = useTexts();
  const common = useCommon();
  const { person } = member;
  const [, navigate] = useLocation();
  const [removing, setRemoving] = useState(false);
  const { run: act } = useMemberAct(conversation.id);
  const self = person.id === ownId();
  const write = () => act(async () => {
    const made = await conversations.create(newId(), "direct", [person.uid]);
    putConversation(held(made));
    navigate(paths.conversation(made.id));
  });
  return (
    <div className="row row-52 member">
      <Link className="member-link" href={paths.person(person.uid)} data-row="">
        <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} size={32} />
        <span className="row-main">
          <span className="row-title">
            <span>{person.name}</span>
            {member.role === "owner" && conversation.kind === "group" ? <span className="tag tag-brand">{t.owner}</span> : null}
            {self ? <span className="tag">{t.meTag}</span> : null}
          </span>
          <span className="row-sub">{person.uid}</span>
        </span>
      </Link>
      {self ? null : (
        <Menu trigger={<IconButton small icon="more" label={common.more} />}>
          <MenuItem icon="chat" onSelect={() => void write()}>
            {t.writeTo}
          </MenuItem>
          <MenuItem icon="person" onSelect={() => navigate(paths.person(person.uid))}>
            {t.openCard}
          </MenuItem>
          {removable ? (
            <>
              <MenuLine />
              <MenuItem danger icon="leave" onSelect={() => setRemoving(true)}>
                {t.removeMember}
              </MenuItem>
            </>
          ) : null}
        </Menu>
      )}
      <Confirm
        open={removing}
        danger
        title={t.removeMemberTitle(person.name)}
        act={t.removeMember}
        cancel={common.cancel}
        onClose={() => setRemoving(false)}
        onConfirm={() => act(() => conversations.removeMember(conversation.id, person.uid))}
      >
        {t.removeMemberText}
      </Confirm>
    </div>
  );
}

function Invite({ conversation, present, onClose }: { conversation: Held; present: Member[]; onClose: () => void }) {
  const t = useTexts();
  const [picked, setPicked] = useState<Pick[]>([]);
  const [cid] = useState(newId);
  const { busy, run } = useMemberAct(conversation.id);
  const invite = () => run(() => conversations.addMembers(conversation.id, cid, picked.map((one) => one.uid))).then(onClose, () => undefined);
  return (
    <FormDialog title={t.inviteTitle} act={t.inviteAct(picked.length)} busy={busy} ready={picked.length > 0} onClose={onClose} onSubmit={() => void invite()}>
      <div className="new-conversation">
        <ColleaguePicker inline picked={picked} onPicked={setPicked} without={present.map((member) => member.person.uid)} label={t.pickPeople} />
      </div>
    </FormDialog>
  );
}

function ConversationSettings({ conversation }: { conversation: Held }) {
  const t = useTexts();
  const common = useCommon();
  const [, navigate] = useLocation();
  const [title, setTitle] = useState(conversation.title ?? "");
  const [leaving, setLeaving] = useState(false);
  const { run: act } = useMemberAct(conversation.id);
  const change = (what: { title?: string; muted?: boolean; pinned?: boolean }) =>
    act(async () => putConversation(held(await conversations.update(conversation.id, what)))).catch(() => undefined);
  const leave = () =>
    act(async () => {
      const self = await allMembers(conversation.id).then((all) => all.find((one) => one.person.id === ownId()));
      if (self) await conversations.removeMember(conversation.id, self.person.uid);
      dropConversation(conversation.id);
      navigate(paths.messages());
    });
  return (
    <div className="stack gap-16 side-settings">
      {conversation.kind === "group" ? (
        <form
          className="cluster side-rename"
          onSubmit={(event) => {
            event.preventDefault();
            void change({ title: title.trim() });
          }}
        >
          <div className="grow">
            <TextField label={t.groupName} value={title} onValue={setTitle} maxLength={100} required />
          </div>
          <Button type="submit" disabled={title.trim() === "" || title.trim() === conversation.title}>
            {t.rename}
          </Button>
        </form>
      ) : null}
      <Toggle label={t.pin} help={t.pinHelp} on={conversation.pinned} onChange={(pinned) => void change({ pinned })} />
      <Toggle label={t.mute} help={t.muteHelp} on={conversation.muted} onChange={(muted) => void change({ muted })} />
      {conversation.kind === "group" ? (
        <Button look="danger" icon="leave" onClick={() => setLeaving(true)}>
          {t.leave}
        </Button>
      ) : null}
      <Confirm open={leaving} danger title={t.leaveTitle} act={t.leave} cancel={common.cancel} onClose={() => setLeaving(false)} onConfirm={leave}>
        {t.leaveText}
      </Confirm>
    </div>
  );
}

function Toggle({ label, help, on, onChange }: { label: string; help: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="toggle">
      <span className="grow">
        <span className="grant-n">{label}</span>
        <span className="meta">{help}</span>
      </span>
      <span className="switch">
        <input type="checkbox" role="switch" checked={on} onChange={(event) => onChange(event.target.checked)} />
      </span>
    </label>
  );
}

/** Does something to the conversation, and looks at the members again. */
function useMemberAct(id: string) {
  const client = useQueryClient();
  const { busy, run } = useToldAct();
  return {
    busy,
    run: async (act: () => Promise<unknown>) => {
      await run(act);
      await client.invalidateQueries({ queryKey: keys.members(id) });
    },
  };
}
