import type { ComponentType, LazyExoticComponent } from "react";

export type Params = Record<string, string | undefined>;
export type PageComponent = ComponentType<{ params: Params }> | LazyExoticComponent<ComponentType<{ params: Params }>>;

/** The entry that an address belongs to, and what its named parts are. */
export function found<T extends { path: RegExp }>(table: T[], place: string): (T & { params: Params }) | null {
  for (const entry of table) {
    const match = entry.path.exec(place);
    if (!match) continue;
    const params: Params = {};
    for (const [name, value] of Object.entries(match.groups ?? {})) params[name] = value === undefined ? undefined : decoded(value);
    return { ...entry, params };
  }
  return null;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
