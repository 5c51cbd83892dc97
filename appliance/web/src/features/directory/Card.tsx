import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useLocation } from "wouter";
import { conversations } from "../../api/conversations";
import { people } from "../../api/directory";
import { asProblem } from "../../api/problems";
import { keys } from "../../api/query";
import type { PersonCard } from "../../api/types";
import { useMe } from "../../api/useMe";
import { useCommon } from "../../i18n/common";
import { FieldText, useFieldLabel } from "../../i18n/FieldValues";
import { Failure } from "../../i18n/Failure";
import { sentence, useProblems } from "../../i18n/problems";
import { newId } from "../../lib/ids";
import { paths } from "../../lib/paths";
import { useLasting } from "../../lib/react";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Button, IconButton } from "../../ui/Button";
import { Skeleton } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { useTexts } from "./texts";

/** What is known of one person, and the way to write to them. */
export function Card({ uid, onClose, onOpen }: { uid: string; onClose: () => void; onOpen: (uid: string) => void }) {
  const t = useTexts();
  const common = useCommon();
  const card = useQuery({ queryKey: keys.person(uid), queryFn: () => people.card(uid) });
  const slow = useLasting(card.isPending);
  return (
    <aside className="pane-side" aria-label={card.data?.name ?? t.title}>
      <div className="pane-body pcard">
        <IconButton className="pcard-x" icon="x" label={common.close} onClick={onClose} />
        {card.error ? (
          <Failure error={card.error} title={t.failedCard} onRetry={() => void card.refetch()} />
        ) : card.data ? (
          <Facts person={card.data} onOpen={onOpen} />
        ) : slow ? (
          <Skeleton rows={3} label={common.loading} />
        ) : null}
      </div>
    </aside>
  );
}

function Facts({ person, onOpen }: { person: PersonCard; onOpen: (uid: string) => void }) {
  const t = useTexts();
  const label = useFieldLabel();
  const common = useCommon();
  // Whoever has no manager is led by the head of the department.
  const leader = person.manager ?? person.department_head;
  return (
    <>
      <div className="pcard-head">
        <Avatar name={person.name} picture={pictureOf(person)} hue={person.avatar_hue} seed={person.id} size={72} off={person.state === "frozen"} />
        <div className="grow">
          <h2 className="truncate">{person.name}</h2>
          <p className="compact soft truncate">{[person.pinyin, person.uid].filter(Boolean).join(" · ")}</p>
          {person.state === "active" ? null : <span className="tag tag-line">{common.states[person.state]}</span>}
        </div>
      </div>
      <Acts person={person} />
      <dl className="facts pfacts">
        <Fact name={t.job}>{person.title}</Fact>
        <Fact name={t.department}>
          <Posts person={person} />
        </Fact>
        <Fact name={t.employeeNo}>{person.employee_no}</Fact>
        <Fact name={t.phone}>{person.phone}</Fact>
        <Fact name={t.mobile}>{person.mobile}</Fact>
        <Fact name={t.mail}>
          {person.mail ? (
            <a className="link" href={`mailto:${person.mail}`}>
              {person.mail}
            </a>
          ) : null}
        </Fact>
        <Fact name={t.workPlace}>{person.work_place}</Fact>
        {person.fields.map((field) => (
          <Fact key={field.key} name={label(field)}>
            <FieldText field={field} onPerson={onOpen} />
          </Fact>
        ))}
        <Fact name={t.manager}>
          {leader ? (
            <>
              <button type="button" className="link" onClick={() => onOpen(leader.uid)}>
                {leader.name}
              </button>
              {person.manager ? null : <span className="meta"> {t.departmentHead}</span>}
            </>
          ) : null}
        </Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** The main post first, with its whole path; further posts below it. */
function Posts({ person }: { person: PersonCard }) {
  const t = useTexts();
  const lines = person.departments.map((post) => {
    const path = person.department_paths?.find((one) => one.at(-1)?.id === post.id)?.map((one) => one.name);
    const title = [post.title, post.head ? t.head : null].filter(Boolean).join(" · ");
    return { main: post.main, title, text: path?.join(" / ") || post.name };
  });
  const sorted = [...lines.filter((line) => line.main), ...lines.filter((line) => !line.main)];
  return (
    <>
      {sorted.map((line, index) => (
        <span key={line.text} className={index === 0 ? "post" : "post muted"}>
          {index === 0 ? line.text : t.also(line.text)}
          {line.title ? <span className="meta"> {line.title}</span> : null}
        </span>
      ))}
    </>
  );
}

function Acts({ person }: { person: PersonCard }) {
  const t = useTexts();
  const problems = useProblems();
  const self = useMe().person.uid === person.uid;
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const write = async () => {
    setBusy(true);
    try {
      const conversation = await conversations.create(newId(), "direct", [person.uid]);
      navigate(paths.conversation(conversation.id));
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
      setBusy(false);
    }
  };
  if (self) return <p className="pacts meta">{t.self}</p>;
  return (
    <div className="pacts">
      <Button look="primary" icon="chat" className="grow" busy={busy} disabled={person.state === "frozen"} onClick={() => void write()}>
        {t.message}
      </Button>
    </div>
  );
}
