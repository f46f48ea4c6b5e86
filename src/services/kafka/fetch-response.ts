/** The answer that a failed fetch carries: the client rejects the whole when one partition of it has an error. */
import type { fetchV17 } from "@platformatic/kafka";
import { errorTree } from "./error-tree.ts";

/** Null when the broker gave none, as when the connection broke. */
export function fetchResponseOf(error: unknown): fetchV17.FetchResponse | null {
  for (const inner of errorTree(error)) {
    if ("response" in inner && isFetchResponse(inner.response)) return inner.response;
  }
  return null;
}

function isFetchResponse(value: unknown): value is fetchV17.FetchResponse {
  return (
    typeof value === "object" &&
    value !== null &&
    "sessionId" in value &&
    "responses" in value &&
    Array.isArray(value.responses)
  );
}
