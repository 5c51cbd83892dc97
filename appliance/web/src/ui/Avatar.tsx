import { useState } from "react";

type Size = 24 | 32 | 40 | 56 | 72;

interface Props {
  name: string;
  /** 1 to 8; without one it follows from `seed`. */
  hue?: number | null | undefined;
  seed?: string;
  size?: Size;
  off?: boolean;
  /** Where the person's picture is; the initials stand behind it until it has come, and where it does not come. */
  picture?: string | undefined;
  /** A group or a company: its name is read from the front, a person's from the back. */
  group?: boolean;
}

/** A picture, or initials on a hue. Decorative: the name stands beside it. */
export function Avatar({ name, hue, seed, size = 40, off, group, picture }: Props) {
  const [failed, setFailed] = useState<string>();
  const colour = hue && hue >= 1 && hue <= 8 ? hue : hueOf(seed ?? name);
  return (
    <span className={`avatar av-${size} hue-${colour}${off ? " is-off" : ""}`} aria-hidden="true">
      {initials(name, size, group)}
      {picture && picture !== failed ? <img className="avatar-img" src={picture} alt="" loading="lazy" decoding="async" draggable={false} onError={() => setFailed(picture)} /> : null}
    </span>
  );
}

const HAN = /\p{Script=Han}/u;

/** 顾文舟 → 文舟, 马骁 → 马骁, Daniel Weiss → DW, the group 供应链 → 供应; the smallest size has room for one character. */
export function initials(name: string, size: Size = 40, group = false): string {
  const letters = [...name.trim()];
  if (letters.length === 0) return "?";
  if (HAN.test(name)) {
    const han = letters.filter((letter) => HAN.test(letter));
    if (size === 24) return han[0] ?? "?";
    return (group ? han.slice(0, 2) : han.slice(-2)).join("");
  }
  const words = name.trim().split(/[\s._-]+/u).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (size === 24 ? first : first + last).toUpperCase();
}

export function hueOf(seed: string): number {
  let sum = 0;
  for (const letter of seed) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return (sum % 8) + 1;
}
