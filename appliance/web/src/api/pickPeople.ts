import { people } from "./directory";
import { pictureOf } from "../lib/pictures";
import type { Person } from "./types";

const OFFERED = 20;

/** For pickers: the server finds by name, pinyin, initials and account. */
export async function pickPeople(q: string, signal: AbortSignal, whole = false) {
  const page = await people.list({ ...(q ? { q } : {}), ...(whole ? { whole } : {}), limit: OFFERED }, signal);
  return page.items.filter((person) => person.state !== "frozen").map(asPick);
}

export const asPick = (person: Person) => ({
  id: person.id,
  uid: person.uid,
  name: person.name,
  hue: person.avatar_hue,
  picture: pictureOf(person),
  sub: workLine(person),
});

/** Department and title, on one line. */
export function workLine(person: Pick<Person, "departments" | "title">): string {
  const main = person.departments.find((one) => one.main) ?? person.departments[0];
  return [main?.name, person.title].filter(Boolean).join(" · ");
}
