import { boxAnswered, boxIsClosed, sessionEnded } from "./live";
import type { Answer, At, Asked, Verb } from "./operations";
import { Problem, problemFrom } from "./problems";
import { askOnceMore } from "./stepUp";

// One way to the box: JSON in and out, problems as `Problem`, the cookie rides along by itself. Paths are written as
// templates ("/people/{uid}"): what may be asked there and what comes back follows from the API document.

export interface Call {
  params?: Record<string, string | number>;
  query?: Record<string, string | number | boolean | undefined | null>;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export const BASE = "/api/v1";
export const STATUS = "/status";

/** The address of one operation. */
export function address(template: string, call: Pick<Call, "params" | "query"> = {}): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(call.params?.[name] ?? "")));
  const pairs: [string, string][] = [];
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined && value !== null && value !== "") pairs.push([name, String(value)]);
  }
  return `${BASE}${path}${pairs.length > 0 ? `?${new URLSearchParams(pairs).toString()}` : ""}`;
}

async function send(method: Method, template: string, call: Call): Promise<Response> {
  try {
    return await sendOnce(method, template, call);
  } catch (error) {
    const mayGoOn = error instanceof Problem && error.code === "step-up-required" && (await askOnceMore());
    if (!mayGoOn) throw error;
    return sendOnce(method, template, call);
  }
}

async function sendOnce(method: Method, template: string, call: Call): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json, application/problem+json", ...call.headers };
  if (call.json !== undefined) headers["content-type"] = "application/json";
  const body = call.json === undefined ? call.body : JSON.stringify(call.json);
  let answer: Response;
  try {
    answer = await fetch(address(template, call), {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body }),
      ...(call.signal ? { signal: call.signal } : {}),
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Problem("offline", 0);
  }
  if (!answer.ok) throw await refused(answer);
  // A sealed box answers this one too: it says nothing about the others.
  if (template !== STATUS) boxAnswered();
  return answer;
}

async function refused(answer: Response): Promise<Problem> {
  const body: unknown = await answer.json().catch(() => null);
  const problem = problemFrom(answer.status, body, answer.headers.get("x-request-id") ?? undefined);
  if (problem.code === "not-signed-in") sessionEnded();
  if (problem.code === "sealed" || (problem.code === "not-ready" && problem.status === 503)) boxIsClosed(problem.code);
  return problem;
}

async function call(method: Method, template: string, options: Call = {}): Promise<unknown> {
  const answer = await send(method, template, options);
  if (answer.status === 204 || answer.headers.get("content-length") === "0") return undefined;
  const text = await answer.text();
  return text === "" ? undefined : JSON.parse(text);
}

const door =
  <V extends Verb>(verb: V) =>
  <T extends At<V>>(template: T, options?: Asked<T, V>): Promise<Answer<T, V>> =>
    call(verb.toUpperCase() as Method, template, options as Call) as Promise<Answer<T, V>>;

export const http = {
  get: door("get"),
  post: door("post"),
  put: door("put"),
  patch: door("patch"),
  delete: door("delete"),
  /** For an answer that is not JSON. */
  raw: (method: Method, template: string, options: Call = {}) => send(method, template, options),
};

/** Every page of a list, bounded. For lists that are needed whole: conversations, members, roles. */
export async function everything<T>(
  fetchPage: (cursor?: string) => Promise<{ items: T[]; next?: string | null }>,
  maxPages = 100,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await fetchPage(cursor);
    all.push(...answer.items);
    if (!answer.next) break;
    cursor = answer.next;
  }
  return all;
}
