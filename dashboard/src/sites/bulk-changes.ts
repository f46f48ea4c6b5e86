/** Changes of many sites at once; each that can be taken back offers it. */
import type { BulkAnswer, BulkChange } from "../../../src/contract/api/sites/sites.ts";
import { keys, queryClient } from "../api/query-client.ts";
import { ApiError, request } from "../api/request.ts";
import { announceFailure, announceWithUndo } from "../design/toast.tsx";
import type { Words } from "../words/en.ts";

interface Undoable {
  readonly change: BulkChange;
  /** What is said when it is done, of the number of sites that were changed. */
  readonly done: (count: number) => string;
  readonly undo: (changed: readonly string[]) => Promise<unknown>;
}

/** Changes the sites, says so with "Undo", and reads the list again. */
async function changeSites(
  ids: readonly string[],
  words: Words,
  { change, done, undo }: Undoable,
): Promise<void> {
  try {
    const { changed, skipped } = await sendChange(ids, change);
    const left = skipped.length === 0 ? "" : `. ${words.sites.bulk.skipped(skipped.length)}`;
    announceWithUndo(`${done(changed.length)}${left}`, words.actions.undo, () => {
      undo(changed).then(refresh, (error: unknown) => announceProblem(words, error));
    });
  } catch (error) {
    announceProblem(words, error);
  }
  await refresh();
}

export function pause(ids: readonly string[], words: Words): Promise<void> {
  return changeSites(ids, words, {
    change: { enabled: false },
    done: words.sites.bulk.paused,
    undo: (changed) => sendChange(changed, { enabled: true }),
  });
}

export function resume(ids: readonly string[], words: Words): Promise<void> {
  return changeSites(ids, words, {
    change: { enabled: true },
    done: words.sites.bulk.resumed,
    undo: (changed) => sendChange(changed, { enabled: false }),
  });
}

export function addTag(ids: readonly string[], tag: string, words: Words): Promise<void> {
  return changeSites(ids, words, {
    change: { addTags: [tag] },
    done: (count) => words.sites.bulk.tagged(count, tag),
    undo: (changed) => sendChange(changed, { removeTags: [tag] }),
  });
}

export function removeTag(ids: readonly string[], tag: string, words: Words): Promise<void> {
  return changeSites(ids, words, {
    change: { removeTags: [tag] },
    done: (count) => words.sites.bulk.untagged(count, tag),
    undo: (changed) => sendChange(changed, { addTags: [tag] }),
  });
}

export function deleteSites(ids: readonly string[], words: Words): Promise<void> {
  return changeSites(ids, words, {
    change: { delete: true },
    done: words.sites.bulk.deleted,
    undo: (changed) => Promise.all(changed.map((id) => request(`/sites/${id}/restore`, { method: "POST" }))),
  });
}

async function sendChange(ids: readonly string[], change: BulkChange): Promise<BulkAnswer> {
  return (await request<BulkAnswer>("/sites/bulk", { method: "POST", body: { ids, change } })).content;
}

async function refresh(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: keys.sites });
}

function announceProblem(words: Words, error: unknown): void {
  announceFailure(words.sites.bulk.failed, error instanceof ApiError ? error.message : String(error));
}
