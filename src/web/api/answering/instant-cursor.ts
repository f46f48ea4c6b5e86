/** Cursors of lists that are ordered by an instant and an id. */
import { isUuid } from "../../../contract/identity.ts";
import { ProblemError } from "./problem.ts";

/** The last item of the page before. */
interface InstantCursor {
  readonly atMs: number;
  readonly id: string;
}

export function instantCursorOf(atMs: number, id: string): string {
  return `${atMs}.${id}`;
}

/** Null without a cursor. Throws `ProblemError` for one that is not ours. */
export function readInstantCursor(cursor: string | undefined): InstantCursor | null {
  if (cursor === undefined) return null;
  const [, atMs = "", id = ""] = /^(\d{1,15})\.(.+)$/.exec(cursor) ?? [];
  // The largest instant of JavaScript, 100,000,000 days after the epoch.
  if (atMs !== "" && Number(atMs) <= 8.64e15 && isUuid(id)) return { atMs: Number(atMs), id };
  throw new ProblemError("invalid-request", "cursor: is not `next` of a page of this list");
}
