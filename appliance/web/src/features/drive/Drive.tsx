import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Redirect, useLocation, useSearch } from "wouter";
import { drive } from "../../api/drive";
import { asProblem } from "../../api/problems";
import { keys } from "../../api/query";
import type { NodeDetail } from "../../api/types";
import { sentence, useProblems } from "../../i18n/problems";
import { newId } from "../../lib/ids";
import { paths } from "../../lib/paths";
import { usePhone, useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Menu, MenuItem, MenuLine } from "../../ui/Menu";
import { Panes } from "../../ui/Panes";
import { toast } from "../../ui/Toast";
import "./drive.css";
import { FolderPane } from "./FolderPane";
import { NodeSide } from "./NodeSide";
import { SpaceList } from "./SpaceList";
import { useTexts } from "./texts";
import { picked } from "./upload/dropped";
import { enqueue } from "./upload/queue";
import { useSpaces } from "./useFolders";

/** The drive: spaces, one folder, what is known of one file. */
export default function Drive({ params }: { params: Record<string, string | undefined> }) {
  const t = useTexts();
  const phone = usePhone();
  const spaces = useSpaces();
  const [, navigate] = useLocation();
  const select = new URLSearchParams(useSearch()).get("select") ?? undefined;
  const id = params["node"];
  const folder = useQuery({ queryKey: keys.node(id ?? ""), queryFn: () => drive.node(id ?? ""), enabled: id !== undefined });
  const [shown, setShown] = useState<string | undefined>(select);
  useTitle(folder.data?.name || t.title);
  const home = spaces.personal[0]?.root ?? spaces.team[0]?.root;
  if (!id && !phone && home) return <Redirect to={paths.node(home)} replace />;
  // The address of a file: show the folder it lies in, with the file chosen.
  if (folder.data?.kind === "file" && folder.data.parent) return <Redirect to={paths.node(folder.data.parent, folder.data.id)} replace />;
  const path = folder.data?.path.map((one) => one.id) ?? [];
  return (
    <Panes show={!id ? "list" : shown && phone ? "side" : "main"}>
      <SpaceList
        current={id}
        path={path}
        space={folder.data?.space}
        trash={false}
        action={folder.data ? <Create folder={folder.data} /> : null}
      />
      <FolderPane key={id} id={id} folder={folder} chosen={select} onShow={setShown} shown={shown} onOpen={(node) => navigate(paths.node(node))} />
      {shown ? <NodeSide key={shown} id={shown} onClose={() => setShown(undefined)} /> : null}
    </Panes>
  );
}

/** New folder, files, a folder of files. */
export function Create({ folder, small = true }: { folder: NodeDetail; small?: boolean }) {
  const t = useTexts();
  const files = useRef<HTMLInputElement>(null);
  const tree = useRef<HTMLInputElement>(null);
  const make = useNewFolder(folder);
  if (!folder.rights.includes("write")) return null;
  return (
    <>
      <Menu
        trigger={
          <Button look="primary" small={small} icon="plus">
            {t.create}
          </Button>
        }
      >
        <MenuItem icon="folder-plus" onSelect={() => void make()}>
          {t.newFolder}
        </MenuItem>
        <MenuLine />
        <MenuItem icon="upload" onSelect={() => files.current?.click()}>
          {t.uploadFiles}
        </MenuItem>
        <MenuItem icon="folder" onSelect={() => tree.current?.click()}>
          {t.uploadFolder}
        </MenuItem>
      </Menu>
      <FilePicker ref={files} onFiles={(list) => enqueue(folder.id, picked(list))} />
      <FilePicker ref={tree} tree onFiles={(list) => enqueue(folder.id, picked(list))} />
    </>
  );
}

export function FilePicker({ ref, tree, single, onFiles }: { ref: React.Ref<HTMLInputElement>; tree?: boolean; single?: boolean; onFiles: (files: File[]) => void }) {
  const folderOnly = tree ? { webkitdirectory: "" } : {};
  return (
    <input
      ref={ref}
      type="file"
      hidden
      multiple={!single}
      {...folderOnly}
      onChange={(event) => {
        onFiles([...(event.target.files ?? [])]);
        event.target.value = "";
      }}
    />
  );
}

/** Makes a folder and begins to name it. */
function useNewFolder(folder: NodeDetail): () => Promise<void> {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  return async () => {
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      try {
        const made = await drive.newFolder(folder.id, newId(), attempt === 1 ? t.newFolderName : `${t.newFolderName} ${attempt}`);
        await client.invalidateQueries({ queryKey: keys.allChildren });
        navigate(`${paths.node(folder.id, made.id)}&rename=1`, { replace: true });
        return;
      } catch (error) {
        const problem = asProblem(error);
        if (problem.code === "conflict" && attempt < 20) continue;
        toast(sentence(problem, problems), "danger");
        return;
      }
    }
  };
}
