// RFC 9457 answers. People never see the server's sentence: the code is translated (i18n/problems).
import type { ServerCode } from "./types";

// All of them, or it does not compile.
const CODES: Record<ServerCode, true> = {
  "bad-request": true,
  "not-signed-in": true,
  "wrong-credentials": true,
  "second-factor-required": true,
  "wrong-second-factor": true,
  "passkey-required": true,
  "too-many-attempts": true,
  forbidden: true,
  "password-change-required": true,
  "enrolment-required": true,
  "step-up-required": true,
  "not-found": true,
  "method-not-allowed": true,
  conflict: true,
  gone: true,
  "precondition-failed": true,
  "too-large": true,
  "unsupported-media-type": true,
  invalid: true,
  locked: true,
  "rate-limited": true,
  "quota-exceeded": true,
  internal: true,
  sealed: true,
  busy: true,
  "not-ready": true,
  "audit-unavailable": true,
};

/** `offline` is ours: the request never reached the box. */
export type ProblemCode = ServerCode | "offline";

export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly status: number;
  readonly request?: string | undefined;
  readonly field?: string | undefined;
  readonly rule?: string | undefined;
  readonly limit?: number | undefined;
  readonly retrySeconds?: number | undefined;

  constructor(code: ProblemCode, status: number, details: Partial<Record<string, unknown>> = {}) {
    super(code);
    this.code = code;
    this.status = status;
    this.request = text(details["request"]);
    this.field = text(details["field"]);
    this.rule = text(details["rule"]);
    this.limit = number(details["limit"]);
    this.retrySeconds = number(details["retry_seconds"]);
  }
}

export function problemFrom(status: number, body: unknown, request?: string): Problem {
  const details: Record<string, unknown> = typeof body === "object" && body !== null ? { ...body } : {};
  details["request"] ??= request;
  const named = details["code"];
  const known = typeof named === "string" && Object.hasOwn(CODES, named) ? (named as ServerCode) : byStatus(status);
  return new Problem(known, status, details);
}

export const isProblem = (error: unknown, code?: ProblemCode): error is Problem =>
  error instanceof Problem && (code === undefined || error.code === code);

/** Any failure as a problem: what is not from the box counts as internal. */
export const asProblem = (error: unknown): Problem => (error instanceof Problem ? error : new Problem("internal", 0));

// A proxy or an old box may answer without a code.
function byStatus(status: number): ProblemCode {
  const codes: Record<number, ProblemCode> = {
    400: "bad-request",
    401: "not-signed-in",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    410: "gone",
    412: "precondition-failed",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    423: "locked",
    429: "rate-limited",
    503: "not-ready",
    507: "quota-exceeded",
  };
  return codes[status] ?? "internal";
}

const text = (value: unknown) => (typeof value === "string" ? value : undefined);
const number = (value: unknown) => (typeof value === "number" ? value : undefined);
