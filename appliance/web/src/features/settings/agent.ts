const BROWSERS: [RegExp, string][] = [
  [/Edg\/(\d+)/, "Edge"],
  [/Firefox\/(\d+)/, "Firefox"],
  [/Chrome\/(\d+)/, "Chrome"],
  [/Version\/(\d+).*Safari/, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/Windows/, "Windows"],
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** "Chrome 130 · Linux" out of what browsers send; what is not known stays as it is. */
export function agentName(agent: string | null | undefined): string | null {
  if (!agent) return null;
  const browser = BROWSERS.map(([pattern, name]) => (pattern.test(agent) ? `${name} ${pattern.exec(agent)?.[1] ?? ""}`.trim() : null)).find(Boolean);
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1];
  return browser ? [browser, system].filter(Boolean).join(" · ") : agent.slice(0, 60);
}
