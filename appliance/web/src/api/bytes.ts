import { Problem, problemFrom } from "./problems";
import { sessionEnded } from "./live";

export interface Sending {
  method: "POST" | "PATCH" | "PUT";
  url: string;
  body: Blob;
  headers?: Record<string, string>;
  onProgress?: (sent: number) => void;
  signal?: AbortSignal;
}

/** Sends bytes and tells how far it got. XMLHttpRequest, because fetch reports no upload progress. */
export function sendBytes<T>(sending: Sending): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const done = (act: () => void) => {
      sending.signal?.removeEventListener("abort", stop);
      act();
    };
    request.open(sending.method, sending.url);
    request.responseType = "text";
    for (const [name, value] of Object.entries(sending.headers ?? {})) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => sending.onProgress?.(event.loaded);
    request.onload = () => done(() => answered(request, resolve, reject));
    request.onerror = () => done(() => reject(new Problem("offline", 0)));
    request.ontimeout = () => done(() => reject(new Problem("offline", 0)));
    request.onabort = () => done(() => reject(new DOMException("stopped", "AbortError")));
    if (sending.signal?.aborted) {
      reject(new DOMException("stopped", "AbortError"));
      return;
    }
    sending.signal?.addEventListener("abort", stop);
    request.send(sending.body);
  });
}

function answered<T>(request: XMLHttpRequest, resolve: (value: T) => void, reject: (problem: Problem) => void): void {
  const body = parsed(request.responseText);
  if (request.status >= 200 && request.status < 300) {
    resolve(body as T);
    return;
  }
  const problem = problemFrom(request.status, body, request.getResponseHeader("x-request-id") ?? undefined);
  if (problem.code === "not-signed-in") sessionEnded();
  reject(problem);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
