// Inclusion proofs of RFC 6962/9162, recomputed in the browser with WebCrypto: the page does not take the box's word.

export interface Step {
  level: number;
  side: "left" | "right";
  hash: string;
}

export interface Recomputed {
  root: string;
  steps: Step[];
}

/** Null when the proof does not have the shape that index and size demand. */
export async function recompute(index: number, size: number, leaf: string, proof: readonly string[]): Promise<Recomputed | null> {
  if (index < 0 || index >= size) return null;
  let fn = index;
  let sn = size - 1;
  let hash = bytes(leaf);
  const steps: Step[] = [];
  let level = 0;
  for (const text of proof) {
    if (sn === 0) return null;
    const sibling = bytes(text);
    if (fn % 2 === 1 || fn === sn) {
      hash = await node(sibling, hash);
      steps.push({ level, side: "left", hash: hex(sibling) });
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
        level += 1;
      }
    } else {
      hash = await node(hash, sibling);
      steps.push({ level, side: "right", hash: hex(sibling) });
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
    level += 1;
  }
  return sn === 0 ? { root: hex(hash), steps } : null;
}

/** The tree size and root hash that a signed note claims. */
export function checkpointOf(note: string): { size: number; root: string; origin: string } | null {
  const [origin, size, root] = note.split("\n");
  if (!origin || !size || !root || !/^\d+$/.test(size)) return null;
  return { origin, size: Number(size), root: hex(bytes(root)) };
}

async function node(left: Uint8Array, right: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const joined = new Uint8Array(1 + left.length + right.length);
  joined[0] = 1;
  joined.set(left, 1);
  joined.set(right, 1 + left.length);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined));
}

const HASH_HEX = /^[0-9a-f]{64}$/i;

/** Hashes come as hex or base64. */
function bytes(text: string): Uint8Array<ArrayBuffer> {
  if (HASH_HEX.test(text)) return Uint8Array.from({ length: 32 }, (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16));
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export const hex = (value: Uint8Array): string => Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** As hex, however it came. */
export const hexOf = (hash: string): string => hex(bytes(hash));

/** Shortened in the middle: 9c41 7be0 … 02fa. */
export const short = (hash: string): string => `${hash.slice(0, 4)} ${hash.slice(4, 8)} … ${hash.slice(-4)}`;
