import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkpointOf, recompute } from "./proof";

const sha = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const leafHash = (n: number) => sha(Buffer.from([0]), Buffer.from(`entry ${n}`));
const inner = (left: Buffer, right: Buffer) => sha(Buffer.from([1]), left, right);

// The definition of RFC 6962, section 2.1, written down recursively.
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
function root(leaves: Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0] ?? Buffer.alloc(0);
  const k = split(leaves.length);
  return inner(root(leaves.slice(0, k)), root(leaves.slice(k)));
}
function path(m: number, leaves: Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k ? [...path(m, leaves.slice(0, k)), root(leaves.slice(k))] : [...path(m - k, leaves.slice(k)), root(leaves.slice(0, k))];
}

describe("inclusion proofs", () => {
  it("give the root for every leaf of every small tree", async () => {
    for (let size = 1; size <= 20; size += 1) {
      const leaves = Array.from({ length: size }, (_, n) => leafHash(n));
      for (let index = 0; index < size; index += 1) {
        const proof = path(index, leaves).map((hash) => hash.toString(index % 2 ? "hex" : "base64"));
        const answer = await recompute(index, size, (leaves[index] ?? Buffer.alloc(0)).toString("hex"), proof);
        expect(answer?.root).toBe(root(leaves).toString("hex"));
      }
    }
  });

  it("refuse a proof that is too long, too short or of another entry", async () => {
    const leaves = Array.from({ length: 7 }, (_, n) => leafHash(n));
    const leaf = (leaves[3] ?? Buffer.alloc(0)).toString("hex");
    const proof = path(3, leaves).map((hash) => hash.toString("hex"));
    expect(await recompute(3, 7, leaf, proof.slice(1))).toBeNull();
    expect(await recompute(3, 7, leaf, [...proof, leaf])).toBeNull();
    expect(await recompute(7, 7, leaf, proof)).toBeNull();
    expect((await recompute(2, 7, leaf, proof))?.root).not.toBe(root(leaves).toString("hex"));
  });
});

describe("checkpoints", () => {
  it("name origin, size and root", () => {
    const hash = leafHash(1);
    expect(checkpointOf(`holdfast.example/log\n42\n${hash.toString("base64")}\n\n— key sig\n`)).toEqual({ origin: "holdfast.example/log", size: 42, root: hash.toString("hex") });
    expect(checkpointOf("nonsense")).toBeNull();
  });
});
