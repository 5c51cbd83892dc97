import { useEffect, useRef } from "react";

/** Stands at the end of a list and asks for more when it comes into sight. */
export function Endless({ more, loading, onMore }: { more: boolean; loading: boolean; onMore: () => void }) {
  const mark = useRef<HTMLDivElement>(null);
  const ask = useRef(onMore);
  useEffect(() => {
    ask.current = onMore;
  });
  useEffect(() => {
    const element = mark.current;
    if (!element || !more || loading) return;
    const watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) ask.current();
    }, { rootMargin: "600px" });
    watch.observe(element);
    return () => watch.disconnect();
  }, [more, loading]);
  return <div ref={mark} className="endless" aria-hidden="true">{loading ? <span className="spinner" /> : null}</div>;
}
