import { currentLocale, useLocale, type Locale } from "./locale";

/**
 * The shape that the second language must have. A key that is missing or too much, or a text that takes other
 * values than its twin, does not compile.
 */
export type Shape<T> = {
  [K in keyof T]: T[K] extends (...values: infer A) => string ? (...values: A) => string : T[K] extends string ? string : Shape<T[K]>;
};

export type Messages<T> = { "zh-CN": T; en: Shape<T> };

export interface Translator<T> {
  /** In a component: follows the language. */
  (): Shape<T>;
  /** Outside of components: the language of this moment. */
  now: () => Shape<T>;
}

export function translator<T>(messages: Messages<T>): Translator<T> {
  const of = (locale: Locale): Shape<T> => (locale === "en" ? messages.en : (messages["zh-CN"] as Shape<T>));
  const use = () => of(useLocale((state) => state.locale));
  return Object.assign(use, { now: () => of(currentLocale()) });
}

/** English has two forms, Chinese one: "1 person", "2 people". */
export function plural(count: number, one: string, many: string): string {
  return `${group(count)} ${count === 1 ? one : many}`;
}

export function group(count: number): string {
  return count.toLocaleString("en-US");
}
