/** The status pages of a server: which there are, and what each shows, kept for a moment. */
import { listStatusPages } from "../../../apps/operations/status-pages/status-pages.ts";
import { viewStatusPage } from "../../../apps/operations/status-pages/viewing.ts";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import { repeatUntilAborted } from "../../../core/running/repeating.ts";
import { WakeUp } from "../../../core/running/wake-up.ts";
import { pagesByHostName } from "../../../core/status-pages/host-names.ts";
import type { StatusPageView } from "../../../core/status-pages/page-view.ts";
import type { StoredPage } from "../../../core/status-pages/ports.ts";
import { type Cached, ViewCache } from "../../../core/status-pages/view-cache.ts";
import { Rendering } from "../rendering/rendering.ts";

/** A change by a person is heard of at once; results change a page within this time. */
const FRESH_MS = 5000;
const MOST_PAGES = 1000;

/** Host names of pages, where notifications were missed. */
const READ_HOSTS_EVERY_MS = 60_000;

type Resources = Pick<ServerResources, "database" | "configuration" | "clock" | "log">;

export class PublishedPages {
  readonly #resources: Resources;
  readonly #list: ViewCache<readonly StoredPage[]>;
  readonly #views: ViewCache<Rendering>;
  #slugsByHost: ReadonlyMap<string, string> = new Map();

  constructor(resources: Resources) {
    this.#resources = resources;
    const { clock } = resources;
    this.#list = new ViewCache({ clock, freshMs: FRESH_MS, most: 1 });
    this.#views = new ViewCache({ clock, freshMs: FRESH_MS, most: MOST_PAGES });
  }

  /** Keeps up with changes until the signal aborts. */
  async keepUp(signal: AbortSignal): Promise<void> {
    const { database, clock, log } = this.#resources;
    const wakeUp = new WakeUp(clock);
    database.statusPages.onChanged(() => {
      this.#list.expire();
      this.#views.expire();
      wakeUp.wake();
    }, signal);
    const readHosts = async (): Promise<number> => {
      await this.#list.get("", () => this.#read());
      return READ_HOSTS_EVERY_MS;
    };
    await repeatUntilAborted(readHosts, { what: "status pages", clock, log, wakeUp }, signal);
  }

  /** Null when there is no such page. Throws `UnavailableError` where it was never read. */
  async find(slug: string): Promise<StoredPage | null> {
    const { value } = await this.#list.get("", () => this.#read());
    return value.find(({ page }) => page.slug === slug) ?? null;
  }

  /** The page that a host name shows, as of the last read; null for every other host name. */
  slugOfHost(hostName: string): string | null {
    return this.#slugsByHost.get(hostName) ?? null;
  }

  /** What the page shows, as rendered documents. */
  async rendering({ page }: StoredPage): Promise<Cached<Rendering>> {
    const { slug } = page;
    return await this.#views.get(slug, async () => new Rendering(await this.#view(slug)));
  }

  async #read(): Promise<readonly StoredPage[]> {
    const pages = await listStatusPages(this.#resources);
    this.#slugsByHost = pagesByHostName(
      pages.map(({ page }) => page),
      this.#resources.configuration.server.publicUrl,
    );
    return pages;
  }

  async #view(slug: string): Promise<StatusPageView> {
    const stored = await this.find(slug);
    if (stored === null) throw new Error(`status page ${slug} is gone`);
    return await viewStatusPage(this.#resources, stored.page);
  }
}
