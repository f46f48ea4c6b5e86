/** Requests to `/api/v1`: JSON both ways, problems (RFC 9457) as errors, ETags for changes. */
const base = "/api/v1";
const timeoutMs = 30_000;

/** An entry of a problem's `errors`: what is wrong with one field. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** An answer that is an error. `status` 0: no answer came. */
export class ApiError extends Error {
  readonly status: number;
  /** The problem's `code`, such as `site_not_found`. */
  readonly code: string;
  readonly fields: readonly FieldError[];

  constructor(status: number, code: string, message: string, fields: readonly FieldError[] = []) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

export interface Answer<Content> {
  readonly content: Content;
  /** For `ifMatch` of the change that follows; null where the resource has none. */
  readonly etag: string | null;
}

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  /** ETag of what is changed. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/** The content alone: for reading. `Content` is the contract's type of this path's answer. @throws ApiError */
export async function read<Content>(path: string, signal?: AbortSignal): Promise<Content> {
  return (await request<Content>(path, signal ? { signal } : {})).content;
}

/** @throws ApiError */
export async function request<Content>(path: string, options: RequestOptions = {}): Promise<Answer<Content>> {
  const { method = "GET", body, ifMatch, signal } = options;
  const headers = new Headers({ accept: "application/json" });
  if (method !== "GET") headers.set("x-sitewire", "1");
  if (body !== undefined) headers.set("content-type", "application/json");
  if (ifMatch !== undefined) headers.set("if-match", ifMatch);
  if (method === "POST") headers.set("idempotency-key", crypto.randomUUID());
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(`${base}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(
      0,
      "no_answer",
      timeout.aborted ? "no answer within 30 s" : "the server cannot be reached",
    );
  }
  if (!response.ok) throw await problemOf(response);
  const content: Content = response.status === 204 ? undefined : await response.json();
  return { content, etag: response.headers.get("etag") };
}

/**
 * Posts and returns the answer's body as it arrives: server-sent events. It has no timeout but `signal`, for the server
 * bounds what it streams.
 *
 * @throws ApiError
 */
export async function openStream(
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  let response: Response;
  try {
    response = await fetch(`${base}${path}`, {
      method: "POST",
      headers: { accept: "text/event-stream", "content-type": "application/json", "x-sitewire": "1" },
      body: JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError(0, "no_answer", "the server cannot be reached");
  }
  if (!response.ok) throw await problemOf(response);
  if (response.body === null) throw new ApiError(0, "no_answer", "the answer is empty");
  return response.body;
}

async function problemOf(response: Response): Promise<ApiError> {
  const fallback = `the server answered ${response.status} ${response.statusText}`.trim();
  if (!response.headers.get("content-type")?.includes("json")) {
    return new ApiError(response.status, "unexpected_answer", fallback);
  }
  const problem: Partial<{ code: string; title: string; detail: string; errors: FieldError[] }> =
    await response.json();
  return new ApiError(
    response.status,
    problem.code ?? "unexpected_answer",
    problem.detail ?? problem.title ?? fallback,
    problem.errors ?? [],
  );
}

/** `?a=1&b=2`, without what is undefined or empty. */
export function queryString(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}
