/** Requests to `/api/auth`, which signs people in. Its answers are not those of `/api/v1`. */
import { ApiError } from "../api/request.ts";

const base = "/api/auth";
const timeoutMs = 30_000;

interface AuthAnswer {
  readonly code?: string;
  readonly message?: string;
  readonly detail?: string;
}

/** @throws ApiError; `detail` of a refusal is English, so that pages say it in their own words by `status` and `code`. */
export async function postAuth<Content>(path: string, body: object = {}): Promise<Content> {
  let response: Response;
  try {
    response = await fetch(`${base}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-sitewire": "1" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch {
    throw new ApiError(0, "no_answer", "the server cannot be reached");
  }
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  if (response.ok) {
    const content: Content = isJson ? await response.json() : undefined;
    return content;
  }
  const answer: AuthAnswer = isJson ? await response.json() : {};
  throw new ApiError(
    response.status,
    answer.code ?? "unexpected_answer",
    answer.detail ?? answer.message ?? `the server answered ${response.status}`,
  );
}
