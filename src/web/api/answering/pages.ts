/** Pages of a list that is in memory as a whole. */
import { ProblemError } from "./problem.ts";

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Cursor of the next page; null on the last one. */
  readonly next: string | null;
}

/**
 * Returns the page after a cursor. The cursor names the last item of the page before and its position, so that items that
 * are added or removed in between neither repeat nor hide the others. Throws `ProblemError` for a cursor that is not ours.
 */
export function pageAfter<Item>(
  all: readonly Item[],
  idOf: (item: Item) => string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Page<Item> {
  const from = cursor === undefined ? 0 : positionAfter(all, idOf, cursor);
  const items = all.slice(from, from + limit);
  const last = items.at(-1);
  const end = from + items.length;
  return { items, next: last === undefined || end >= all.length ? null : `${end}.${idOf(last)}` };
}

function positionAfter<Item>(all: readonly Item[], idOf: (item: Item) => string, cursor: string): number {
  const match = /^(\d{1,9})\.(.+)$/.exec(cursor);
  if (match === null)
    throw new ProblemError("invalid-request", "cursor: is not `next` of a page of this list");
  const [, position, id] = match;
  const at = all.findIndex((item) => idOf(item) === id);
  return at === -1 ? Number(position) : at + 1;
}
