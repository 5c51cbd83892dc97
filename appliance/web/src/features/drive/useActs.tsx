import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { drive } from "../../api/drive";
import { asProblem, type Problem } from "../../api/problems";
import { keys } from "../../api/query";
import type { Node, NodeDetail } from "../../api/types";
import { sentence, useProblems } from "../../i18n/problems";
import { newId } from "../../lib/ids";
import { toast } from "../../ui/Toast";
import { MoveDialog } from "./MoveDialog";
import { useTexts } from "./texts";

/** What can be done to nodes of a folder: each says what happened, and deleting offers the way back. */
export function useActs(folder: NodeDetail | undefined, done: () => void) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [moving, setMoving] = useState<Node[] | null>(null);
  const refresh = async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.allChildren }),
      client.invalidateQueries({ queryKey: keys.spaces }),
      client.invalidateQueries({ queryKey: ["trash"] }),
    ]);
  };
  const complain = (problem: Problem) => toast(problem.code === "conflict" ? t.nameTaken : sentence(problem, problems), "danger");

  /** One after the other; what failed is told once, the rest is done. */
  const each = async (nodes: readonly Node[], act: (node: Node) => Promise<unknown>): Promise<Node[]> => {
    const well: Node[] = [];
    let first: Problem | null = null;
    for (const node of nodes) {
      try {
        await act(node);
        well.push(node);
      } catch (error) {
        first ??= asProblem(error);
      }
    }
    if (first) complain(first);
    await refresh();
    return well;
  };

  const remove = async (nodes: readonly Node[]) => {
    const gone = await each(nodes, (node) => drive.remove(node.id));
    if (gone.length === 0) return;
    done();
    const undo = () => void each(gone, (node) => drive.restore(node.id, newId()));
    toast(t.removed(gone.length), "ok", { label: t.undo, run: undo });
  };
  const rename = async (node: Node, name: string) => {
    await each([node], (one) => drive.change(one.id, { name }));
  };
  const move = async (parent: string) => {
    const moved = await each(moving ?? [], (node) => drive.change(node.id, { parent }));
    setMoving(null);
    if (moved.length === 0) return;
    done();
    toast(t.moved(moved.length), "ok");
  };
  return {
    remove,
    rename,
    askMove: (nodes: Node[]) => setMoving(nodes),
    dialog: moving ? <MoveDialog nodes={moving} from={folder} onMove={move} onClose={() => setMoving(null)} /> : null,
  };
}
