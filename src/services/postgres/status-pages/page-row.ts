/** Rows of `status_pages`. Anybody may change them by SQL, so a definition is checked when it is read. */
import { statusPageSchema } from "../../../contract/settings/status-page.ts";
import type { Log } from "../../../core/log.ts";
import type { StoredPage } from "../../../core/status-pages/ports.ts";

export const PAGE_COLUMNS = 'slug, definition, password_hash AS "passwordHash", revision';

export type PageRow = {
  readonly slug: string;
  readonly definition: unknown;
  readonly passwordHash: string | null;
  readonly revision: number;
};

/** Reads rows, skips invalid ones and logs each of them once. */
export class PageRows {
  readonly #log: Log;
  readonly #logged = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  read({ slug, definition, passwordHash, revision }: PageRow): StoredPage | null {
    const parsed = statusPageSchema.safeParse(definition);
    if (parsed.success && parsed.data.slug === slug) {
      const password = passwordHash === null ? null : ({ kind: "hash", value: passwordHash } as const);
      return { page: parsed.data, password, revision, source: "table" };
    }
    const reason = parsed.success
      ? `its definition is of the page "${parsed.data.slug}"`
      : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    const key = `${slug} ${reason}`;
    if (!this.#logged.has(key)) {
      this.#logged.add(key);
      this.#log.error({ slug, reason }, "status page not shown; its row in the table is invalid");
    }
    return null;
  }
}
