import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { conversations } from "../../api/conversations";
import { keys } from "../../api/query";
import type { Message, PersonRef } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { useFormat } from "../../i18n/format";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Popover } from "../../ui/Popover";
import { Skeleton } from "../../ui/Surface";
import { useTexts } from "./texts";

/** Who has read a message and who has not, in a popover at its receipt. */
export function Readers({ message, children }: { message: Message; children: ReactElement }) {
  const t = useTexts();
  return (
    <Popover trigger={children} title={t.readers} className="readers">
      <ReaderList message={message} />
    </Popover>
  );
}

function ReaderList({ message }: { message: Message }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const [tab, setTab] = useState<"read" | "unread">("read");
  const { data } = useQuery({
    queryKey: keys.readers(message.conversation, message.seq),
    queryFn: () => conversations.readers(message.conversation, message.seq),
    staleTime: 0,
  });
  if (!data) return <Skeleton rows={3} label={common.loading} />;
  const list: { person: PersonRef; at?: number | null | undefined }[] = tab === "read" ? data.read : data.unread;
  return (
    <>
      <div className="tabs" role="tablist">
        {(["read", "unread"] as const).map((one) => (
          <button key={one} type="button" role="tab" aria-selected={one === tab} className={one === tab ? "tab is-on" : "tab"} onClick={() => setTab(one)}>
            {one === "read" ? t.readList(data.read.length) : t.notReadList(data.unread.length)}
          </button>
        ))}
      </div>
      <ul className="reader-list">
        {list.map(({ person, at }) => (
          <li key={person.id} className="row row-40">
            <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} size={24} />
            <span className="grow truncate">{person.name}</span>
            {at ? <time className="meta num">{format.near(at)}</time> : null}
          </li>
        ))}
        {list.length === 0 ? <li className="pick-none meta">{tab === "read" ? t.nobodyRead : t.everybodyRead}</li> : null}
      </ul>
    </>
  );
}
