import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sightKeys, tags } from "../../api/sight";
import type { Tag } from "../../api/types";
import { useEndless } from "../../api/useEndless";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useToldAct } from "../../i18n/useAct";
import { useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { PageBar } from "../../ui/PageBar";
import { toast } from "../../ui/Toast";
import { Members } from "./Members";
import { TagForm } from "./TagForm";
import "./sight.css";
import { useTexts } from "./texts";

type Asked = { act: "form" | "members" | "remove"; tag: Tag } | { act: "new" } | null;

/** Named sets of people: made by naming them, or by conditions. */
export default function Tags() {
  const t = useTexts();
  useTitle(t.tags);
  const list = useEndless(sightKeys.tags, (cursor) => tags.list(undefined, cursor));
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  return (
    <>
      <PageBar title={t.tags} sub={t.tagsSub}>
        <Button look="primary" icon="plus" onClick={() => setAsked({ act: "new" })}>
          {t.tagNew}
        </Button>
      </PageBar>
      <main className="con-body">
        {list.error ? (
          <Failure error={list.error} title={t.tagsFailed} onRetry={() => void list.refetch()} />
        ) : (
          <div className="con-page stack gap-16">
            <section className="card" aria-label={t.tags}>
              {list.data && list.items.length === 0 ? <p className="card-body soft">{t.tagsNone}</p> : null}
              {list.items.length > 0 ? <Table all={list.items} onAsk={setAsked} /> : null}
            </section>
            {list.hasNextPage ? <Button onClick={() => void list.fetchNextPage()}>{t.more}</Button> : null}
          </div>
        )}
      </main>
      {asked?.act === "new" ? <TagForm tag={null} onClose={close} /> : null}
      {asked?.act === "form" ? <TagForm tag={asked.tag} onClose={close} /> : null}
      {asked?.act === "members" ? <Members tag={asked.tag} onClose={close} /> : null}
      {asked?.act === "remove" ? <Remove tag={asked.tag} onClose={close} /> : null}
    </>
  );
}

function Table({ all, onAsk }: { all: Tag[]; onAsk: (asked: Asked) => void }) {
  const t = useTexts();
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t.tagName}</th>
          <th scope="col" className="hide-phone">{t.tagKind}</th>
          <th scope="col">{t.tagPeople}</th>
          <th scope="col">
            <span className="sr-only">{t.tagActs}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {all.map((tag) => (
          <tr key={tag.id}>
            <td>
              <span className="truncate">{tag.name}</span>
            </td>
            <td className="soft hide-phone">{tag.rule ? t.tagKinds.rule : t.tagKinds.named}</td>
            <td>{t.people(tag.people)}</td>
            <td className="r" aria-label={t.tagActs}>
              <span className="sight-acts">
                <Button small onClick={() => onAsk({ act: "members", tag })}>
                  {t.tagMembers}
                </Button>
                <Button small onClick={() => onAsk({ act: "form", tag })}>
                  {t.tagChange}
                </Button>
                <Button small look="danger" onClick={() => onAsk({ act: "remove", tag })}>
                  {t.tagRemove}
                </Button>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Remove({ tag, onClose }: { tag: Tag; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const client = useQueryClient();
  const { run } = useToldAct();
  const remove = async () => {
    await tags.remove(tag.id);
    toast(t.tagRemoved, "ok");
    await client.invalidateQueries({ queryKey: sightKeys.tags });
  };
  return (
    <Confirm open danger title={t.tagRemoveTitle(tag.name)} act={t.tagRemove} cancel={common.cancel} onClose={onClose} onConfirm={() => run(remove)}>
      {t.tagRemoveText}
    </Confirm>
  );
}
