import type { Problem } from "../api/problems";
import { en } from "./problems.en";
import { zh } from "./problems.zh-CN";
import { translator, type Shape } from "./t";

export const useProblems = translator({ "zh-CN": zh, en });

/** One sentence for people, in their language. */
export function sentence(problem: Problem, texts: Shape<typeof zh>): string {
  const parts = [ruleSentence(problem, texts) ?? texts.codes[problem.code]];
  if (problem.retrySeconds !== undefined && problem.retrySeconds > 0) parts.push(texts.retryIn(Math.ceil(problem.retrySeconds)));
  else if (problem.limit !== undefined) parts.push(texts.limit(problem.limit));
  return parts.join(" ");
}

/** What is wrong with one field, or null when the problem is about another. */
export function fieldFault(problem: Problem | null, field: string, texts: Shape<typeof zh>): string | undefined {
  if (!problem || problem.field !== field) return undefined;
  return ruleSentence(problem, texts) ?? texts.codes[problem.code];
}

function ruleSentence(problem: Problem, texts: Shape<typeof zh>): string | undefined {
  const rule = problem.rule?.replaceAll("-", "_");
  return rule !== undefined && rule in texts.rules ? texts.rules[rule as keyof typeof texts.rules] : undefined;
}

/** For the help desk: no names, no contents. */
export function diagnosis(problem: Problem): string {
  const parts = [problem.code, String(problem.status), problem.request, location.pathname, new Date().toISOString()];
  return parts.filter(Boolean).join(" · ");
}
