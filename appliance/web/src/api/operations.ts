// What may be asked at each path and what it answers, out of the generated document.
import type { paths } from "./schema";

export type Verb = "get" | "post" | "put" | "patch" | "delete";

interface Operation {
  parameters: { query?: unknown; path?: unknown };
  requestBody?: unknown;
  responses: object;
}

type Known = `/api/v1${string}` & keyof paths;
type Under<P> = P extends `/api/v1${infer Rest}` ? Rest : never;
type Full<T extends string> = `/api/v1${T}` & keyof paths;

/** The templates that take this verb. */
export type At<V extends Verb> = { [P in Known]: paths[P][V] extends Operation ? Under<P> : never }[Known];

type Of<T extends string, V extends Verb> = paths[Full<T>][V] extends infer O extends Operation ? O : never;
type Json<C> = C extends { content: { "application/json": infer B } } ? B : undefined;
type Body<O> = O extends { requestBody?: infer B } ? Json<NonNullable<B>> : undefined;
type Loose<Q> = Q extends object ? { [K in keyof Q]?: Q[K] | undefined } : never;

export interface Asked<T extends string, V extends Verb> {
  params?: Of<T, V>["parameters"]["path"];
  query?: Loose<NonNullable<Of<T, V>["parameters"]["query"]>>;
  json?: Body<Of<T, V>>;
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** Of a success, whichever status it has. */
export type Answer<T extends string, V extends Verb> = Json<Of<T, V>["responses"][keyof Of<T, V>["responses"]]>;
