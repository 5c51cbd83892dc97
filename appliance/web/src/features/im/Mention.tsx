import { useQuery } from "@tanstack/react-query";
import { useState, type KeyboardEvent, type RefObject } from "react";
import { keys } from "../../api/query";
import type { PersonRef } from "../../api/types";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { allMembers } from "./members";
import { ownId, type Held } from "./store/store";
import { useTexts } from "./texts";

const ASKED = /@([^\s@]{0,20})$/u;
const OFFERED = 6;

interface Offer {
  key: string;
  name: string;
  person?: PersonRef;
}

/** "@" in a group offers its members, by name or account (which is the pinyin for most). */
export function useMention(conversation: Held, box: RefObject<HTMLTextAreaElement | null>, text: string, change: (text: string) => void) {
  const t = useTexts();
  const group = conversation.kind === "group";
  const [caret, setCaret] = useState<number | null>(null);
  const [at, setAt] = useState(0);
  const asked = group && caret !== null ? (ASKED.exec(text.slice(0, caret))?.[1] ?? null) : null;
  const { data } = useQuery({
    queryKey: keys.members(conversation.id),
    queryFn: () => allMembers(conversation.id),
    enabled: asked !== null,
  });
  const offers: Offer[] = asked === null ? [] : offered(asked, data?.map((member) => member.person) ?? [], t.everyone);
  const choose = (offer: Offer) => {
    if (caret === null || asked === null) return;
    const head = `${text.slice(0, caret - asked.length)}${offer.name} `;
    change(head + text.slice(caret));
    setCaret(null);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(head.length, head.length);
    });
  };
  return {
    offers,
    at: Math.min(at, offers.length - 1),
    choose,
    begin: () => {
      const place = box.current?.selectionStart ?? text.length;
      change(`${text.slice(0, place)}@${text.slice(place)}`);
      setCaret(place + 1);
      requestAnimationFrame(() => {
        box.current?.focus();
        box.current?.setSelectionRange(place + 1, place + 1);
      });
    },
    onSelect: () => {
      setCaret(box.current?.selectionStart ?? null);
      setAt(0);
    },
    /** True when the key was for the list. */
    onKey: (event: KeyboardEvent): boolean => {
      const offer = offers[Math.min(at, offers.length - 1)];
      if (!offer) return false;
      if (event.key === "ArrowDown") setAt((now) => (now + 1) % offers.length);
      else if (event.key === "ArrowUp") setAt((now) => (now - 1 + offers.length) % offers.length);
      else if (event.key === "Enter" || event.key === "Tab") choose(offer);
      else if (event.key === "Escape") setCaret(null);
      else return false;
      event.preventDefault();
      return true;
    },
  };
}

function offered(asked: string, people: readonly PersonRef[], everyone: string): Offer[] {
  const wanted = asked.toLowerCase();
  const all: Offer[] = [
    ...people.filter((person) => person.id !== ownId()).map((person) => ({ key: person.id, name: person.name, person })),
    { key: "everyone", name: everyone },
  ];
  return all
    .filter(({ name, person }) => name.toLowerCase().includes(wanted) || person?.uid.toLowerCase().replaceAll(".", "").startsWith(wanted))
    .slice(0, OFFERED);
}

export function MentionList({ offers, at, choose }: { offers: Offer[]; at: number; choose: (offer: Offer) => void }) {
  const t = useTexts();
  if (offers.length === 0) return null;
  return (
    <div className="menu mention-list" role="listbox" aria-label={t.mention}>
      {offers.map((offer, index) => (
        <div
          key={offer.key}
          className={index === at ? "menu-item is-on" : "menu-item"}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          onMouseDown={(event) => {
            event.preventDefault();
            choose(offer);
          }}
        >
          <Avatar name={offer.name} picture={pictureOf(offer.person)} hue={offer.person?.avatar_hue} seed={offer.key} size={24} />
          <span className="truncate grow">{offer.name}</span>
          <span className="meta">{offer.person?.uid}</span>
        </div>
      ))}
    </div>
  );
}
