type Ranges = readonly (readonly [number, number])[];

/** The text from a little before its first mark: on one line the mark must be in sight. */
export function fromFirstMark(text: string, ranges: Ranges, lead: number): { text: string; ranges: Ranges } {
  const first = Math.min(...ranges.map(([from]) => from));
  if (ranges.length === 0 || first <= lead) return { text, ranges };
  const cut = first - lead;
  // Never between the halves of a surrogate pair.
  const start = /[\uDC00-\uDFFF]/.test(text[cut] ?? "") ? cut - 1 : cut;
  return { text: `…${text.slice(start)}`, ranges: ranges.map(([from, to]) => [from - start + 1, to - start + 1] as const) };
}

/** Text with marked ranges, counted in UTF-16 code units. Never markup from the server. */
export function Mark({ text, ranges }: { text: string; ranges?: Ranges | null | undefined }) {
  if (!ranges || ranges.length === 0) return <>{text}</>;
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const parts: { text: string; marked: boolean; at: number }[] = [];
  let at = 0;
  for (const [from, to] of sorted) {
    const start = Math.max(at, Math.min(from, text.length));
    const end = Math.min(to, text.length);
    if (end <= start) continue;
    if (start > at) parts.push({ text: text.slice(at, start), marked: false, at });
    parts.push({ text: text.slice(start, end), marked: true, at: start });
    at = end;
  }
  if (at < text.length) parts.push({ text: text.slice(at), marked: false, at });
  return (
    <>
      {parts.map((part) => (part.marked ? <mark key={part.at}>{part.text}</mark> : <span key={part.at}>{part.text}</span>))}
    </>
  );
}
