/** Pausing and deleting a site. What was deleted can be brought back while the message stands. */
import { useQueryClient } from "@tanstack/react-query";
import type { SiteDetail } from "../../../src/contract/api/sites/sites.ts";
import { keys } from "../api/query-client.ts";
import { ApiError, request } from "../api/request.ts";
import { titleOf } from "../api/site-table.ts";
import { announce, announceFailure, announceWithUndo } from "../design/toast.tsx";
import { useWords } from "../words/words.tsx";

export function useSiteChanges(site: SiteDetail, etag: string | null) {
  const words = useWords();
  const client = useQueryClient();
  const path = `/sites/${site.id}`;
  const name = titleOf(site.summary);
  const ifMatch = etag === null ? {} : { ifMatch: etag };
  const refresh = async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.sites }),
      client.invalidateQueries({ queryKey: keys.site(site.id) }),
    ]);
  };
  /** Tells what failed; a change by someone else in between shows the site as it is now. */
  const attempt = async (change: () => Promise<unknown>): Promise<boolean> => {
    try {
      await change();
      return true;
    } catch (error) {
      const isStale = error instanceof ApiError && error.status === 412;
      announceFailure(
        words.site.changes.failed,
        isStale
          ? words.site.changes.changedMeanwhile
          : error instanceof Error
            ? error.message
            : String(error),
      );
      if (isStale) await refresh();
      return false;
    }
  };
  return {
    async pause(paused: boolean): Promise<void> {
      const done = await attempt(() =>
        request(path, { method: "PATCH", body: { enabled: !paused }, ...ifMatch }),
      );
      if (!done) return;
      announce(paused ? words.site.changes.paused(name) : words.site.changes.resumed(name));
      await refresh();
    },
    async remove(then: () => Promise<void>): Promise<void> {
      if (!(await attempt(() => request(path, { method: "DELETE", ...ifMatch })))) return;
      await then();
      announceWithUndo(words.site.changes.deleted(name), words.actions.undo, () => {
        void attempt(() => request(`${path}/restore`, { method: "POST" })).then(refresh);
      });
      await client.invalidateQueries({ queryKey: keys.sites });
    },
  };
}
