// Splits a text into plain pieces and links. No HTML string is ever made; only listed schemes become links.

export type Piece = { kind: "text"; text: string } | { kind: "link"; text: string; href: string };

const SCHEMES = new Set(["https:", "http:", "mailto:", "tel:"]);
// One pass, no backtracking on user text: a scheme, then everything up to white space, quotes or CJK punctuation.
const CANDIDATE = /(?:https?:\/\/|mailto:|tel:|www\.)[^\s<>"'`{}|\\^\u3000-\u303f\uff00-\uffef\u2018-\u201d]+/giu;
const TRAILING = /[.,;:!?)\]}…]+$/u;
const MAX_LINKS = 50;

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  let links = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    if (links >= MAX_LINKS) break;
    const shown = trimmed(match[0]);
    const href = target(shown);
    if (!href) continue;
    if (match.index > at) found.push({ kind: "text", text: text.slice(at, match.index) });
    found.push({ kind: "link", text: shown, href });
    at = match.index + shown.length;
    links += 1;
  }
  if (at < text.length) found.push({ kind: "text", text: text.slice(at) });
  return found;
}

/** The address behind what was written, or null when its scheme is not on the list. */
export function target(written: string): string | null {
  const address = written.toLowerCase().startsWith("www.") ? `http://${written}` : written;
  try {
    const url = new URL(address);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

// A full stop after an address ends the sentence; a closing bracket stays when it was opened inside.
function trimmed(candidate: string): string {
  const tail = TRAILING.exec(candidate)?.[0] ?? "";
  if (!tail) return candidate;
  const bare = candidate.slice(0, -tail.length);
  return tail.startsWith(")") && bare.includes("(") ? `${bare})` : bare;
}
