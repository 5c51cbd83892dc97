import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { contentAddress, drive } from "../../api/drive";
import { asProblem } from "../../api/problems";
import { keys } from "../../api/query";
import type { NodeDetail, Version } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useFormat } from "../../i18n/format";
import { sentence, useProblems } from "../../i18n/problems";
import { newId } from "../../lib/ids";
import { pictureOf } from "../../lib/pictures";
import { Avatar } from "../../ui/Avatar";
import { Button, IconButton } from "../../ui/Button";
import { FileIcon } from "../../ui/FileIcon";
import { Icon } from "../../ui/Icon";
import { Skeleton } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { FilePicker } from "./Drive";
import { useTexts } from "./texts";
import { enqueue } from "./upload/queue";

type Tab = "versions" | "details";

/** What is known of one file: its versions, its facts. */
export function NodeSide({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const [tab, setTab] = useState<Tab>("versions");
  const node = useQuery({ queryKey: keys.node(id), queryFn: () => drive.node(id) });
  const file = node.data?.kind === "file";
  return (
    <aside className="pane-side" aria-label={node.data?.name ?? t.details}>
      <header className="pane-head">
        {node.data ? <FileIcon name={node.data.name} folder={!file} /> : null}
        <span className="pane-title truncate grow">{node.data?.name}</span>
        <IconButton icon="x" label={common.close} onClick={onClose} />
      </header>
      {node.error ? <Failure error={node.error} title={t.failed} onRetry={() => void node.refetch()} /> : null}
      {node.data && file ? (
        <>
          <div className="tabs" role="tablist">
            {(["versions", "details"] as const).map((one) => (
              <button key={one} type="button" role="tab" aria-selected={one === tab} className={one === tab ? "tab is-on" : "tab"} onClick={() => setTab(one)}>
                {t[one]}
              </button>
            ))}
          </div>
          {tab === "versions" ? <Versions node={node.data} /> : <Facts node={node.data} />}
        </>
      ) : node.data ? (
        <Facts node={node.data} />
      ) : null}
    </aside>
  );
}

function Facts({ node }: { node: NodeDetail }) {
  const t = useTexts();
  const format = useFormat();
  return (
    <div className="pane-body ver-body">
      <dl className="facts">
        <dt>{t.kind}</dt>
        <dd>{node.kind === "folder" ? t.kindFolder : (node.media ?? t.kindFile)}</dd>
        <dt>{t.size}</dt>
        <dd className="num">{format.size(node.size)}</dd>
        <dt>{t.changedBy}</dt>
        <dd>{node.changed_by?.name}</dd>
        <dt>{t.changedAt}</dt>
        <dd className="num">{format.exact(node.changed_at)}</dd>
        <dt>{t.place}</dt>
        <dd>{node.path.slice(0, -1).map((one) => one.name).join(" / ")}</dd>
      </dl>
    </div>
  );
}

function Versions({ node }: { node: NodeDetail }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const picker = useRef<HTMLInputElement>(null);
  const versions = useQuery({ queryKey: keys.versions(node.id), queryFn: () => drive.versions(node.id) });
  const list = versions.data?.items ?? [];
  const writable = node.rights.includes("write");
  const upload = (files: File[]) => {
    const file = files[0];
    if (!file || !node.parent) return;
    // Under the name that the file has here, whatever it is called on the desk.
    const named = new File([file], node.name, { type: file.type, lastModified: file.lastModified });
    enqueue(node.parent, { files: [{ file: named, path: [] }], folders: [] }, "version");
  };
  return (
    <>
      <div className="pane-body ver-body">
        <p className="ver-note">
          <Icon name="shield-check" size={16} />
          <span>{t.versionsNote}</span>
        </p>
        {versions.isPending ? <Skeleton rows={3} label={common.loading} /> : null}
        <ol className="vers">
          {list.map((version, index) => (
            <Entry key={version.version} node={node} version={version} label={`v${list.length - index}`} writable={writable} />
          ))}
        </ol>
      </div>
      <footer className="pane-foot cluster">
        <span className="meta grow">{t.versionsTotal(list.length, format.size(list.reduce((sum, one) => sum + one.size, 0)))}</span>
        <Button small icon="download" onClick={() => window.location.assign(contentAddress(node.id))}>
          {t.download}
        </Button>
        {writable ? (
          <Button small icon="upload" onClick={() => picker.current?.click()}>
            {t.newVersion}
          </Button>
        ) : null}
        <FilePicker ref={picker} single onFiles={upload} />
      </footer>
    </>
  );
}

function Entry({ node, version, label, writable }: { node: NodeDetail; version: Version; label: string; writable: boolean }) {
  const t = useTexts();
  const format = useFormat();
  const problems = useProblems();
  const client = useQueryClient();
  const restore = async () => {
    try {
      await drive.restoreVersion(node.id, version.version, newId());
      toast(t.restored, "ok");
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.versions(node.id) }),
        client.invalidateQueries({ queryKey: keys.node(node.id) }),
        client.invalidateQueries({ queryKey: keys.allChildren }),
      ]);
    } catch (error) {
      toast(sentence(asProblem(error), problems), "danger");
    }
  };
  return (
    <li className={version.current ? "ver is-on" : "ver"}>
      <span className="ver-dot" />
      <div className="grow">
        <div className="cluster">
          <b className="num">{label}</b>
          {version.current ? <span className="tag tag-brand">{t.current}</span> : null}
          <span className="meta end num">{format.near(version.at)}</span>
        </div>
        <div className="cluster ver-by">
          {version.author ? (
            <>
              <Avatar name={version.author.name} picture={pictureOf(version.author)} hue={version.author.avatar_hue} seed={version.author.id} size={24} />
              <span className="meta truncate">{version.author.name}</span>
            </>
          ) : null}
          <span className="meta num">{format.size(version.size)}</span>
          <span className="btns end gap-0">
            <a className="btn btn-link btn-sm" href={contentAddress(node.id, version.version)} download={node.name}>
              {t.download}
            </a>
            {!version.current && writable ? (
              <Button small look="link" onClick={() => void restore()}>
                {t.restore}
              </Button>
            ) : null}
          </span>
        </div>
      </div>
    </li>
  );
}
