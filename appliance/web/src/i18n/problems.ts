import type { Problem } from "../api/problems";
import { en } from "./codes.en";
import { zh } from "./codes.zh-CN";
import { currentLocale, type Locale } from "./locale";
import { translator, type Shape } from "./t";

export const useProblems = translator({ "zh-CN": zh, en });

// The sentences of single rules are half of all words and none of the first screen: they come right behind it. Until they
// are there, a problem is told by its code.
let rules: Record<Locale, Record<string, string>> | undefined;
void Promise.all([import("./problems.zh-CN"), import("./problems.en")]).then(
  ([{ zh }, { en }]) => (rules = { "zh-CN": zh.rules, en: en.rules }),
  () => undefined,
);

/** One sentence for people, in their language. */
export function sentence(problem: Problem, texts: Shape<typeof zh>): string {
  const parts = [ruleSentence(problem) ?? texts.codes[problem.code]];
  if (problem.retrySeconds !== undefined && problem.retrySeconds > 0) parts.push(texts.retryIn(Math.ceil(problem.retrySeconds)));
  else if (problem.limit !== undefined) parts.push(texts.limit(problem.limit));
  return parts.join(" ");
}

/** What is wrong with one field, or null when the problem is about another. */
export function fieldFault(problem: Problem | null, field: string, texts: Shape<typeof zh>): string | undefined {
  if (!problem || problem.field !== field) return undefined;
  return ruleSentence(problem) ?? texts.codes[problem.code];
}

function ruleSentence(problem: Problem): string | undefined {
  const rule = problem.rule?.replaceAll("-", "_");
  return rule === undefined ? undefined : rules?.[currentLocale()][rule];
}

/** For the help desk: no names, no contents. */
export function diagnosis(problem: Problem): string {
  const parts = [problem.code, String(problem.status), problem.request, location.pathname, new Date().toISOString()];
  return parts.filter(Boolean).join(" · ");
}
