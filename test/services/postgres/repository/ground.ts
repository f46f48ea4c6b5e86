// What the repository's tests stand on: a migrated database, plain SQL to the same tables as any application has it,
// and everything emptied before each test.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { CheckResult } from "../../../../src/contract/checks/check-result.ts";
import { defineSite, type Site } from "../../../../src/contract/checks/site.ts";
import { siteIdOf } from "../../../../src/contract/identity.ts";
import type { Database } from "../../../../src/core/database.ts";
import { aResult } from "../../../contract/a-result.ts";

type SqlRow = Record<string, unknown>;

export interface OpenGround {
  readonly database: Database;
  sql(statement: string, values?: readonly unknown[]): Promise<SqlRow[]>;
  close(): Promise<void>;
}

export interface Ground {
  readonly database: Database;
  /** One statement, by itself, as an application that knows nothing of Sitewire's code sends it. */
  sql(statement: string, values?: readonly unknown[]): Promise<SqlRow[]>;
}

const TABLES =
  "sites, site_schedules, outbox, check_results, result_retention, uptime_hourly, uptime_daily, site_state, live_changes, incidents, incident_steps, site_incidents, domain_registrations, notification_deliveries, silences, channels, alert_routes, post_mortems, leases, lease_owners, idempotency_keys, status_pages, status_page_notices, status_page_updates";

/** Opens before the first test of the file and closes after the last. */
export function repositoryGround(open: () => Promise<OpenGround>): Ground {
  let ground: OpenGround | undefined;
  const opened = (): OpenGround => {
    if (ground === undefined) throw new Error("not open yet");
    return ground;
  };
  beforeAll(async () => {
    ground = await open();
    await ground.database.migrate();
  });
  beforeEach(async () => {
    await opened().sql(`TRUNCATE ${TABLES}`);
  });
  afterAll(async () => {
    await ground?.close();
  });
  return {
    get database() {
      return opened().database;
    },
    sql: (statement, values) => opened().sql(statement, values),
  };
}

/** A site nobody has seen before. */
export function aSite(given: Partial<Omit<Site, "id">> = {}): Site {
  return defineSite({ url: `https://${randomUUID()}.example/`, ...given });
}

/** The minute in which a test began: one that ends during the test would leave a slot without a result. */
let minuteMs = startOfMinute();
beforeEach(() => {
  minuteMs = startOfMinute();
});

function startOfMinute(): number {
  return Math.floor(Date.now() / 60_000) * 60_000;
}

/** A result of a site, at a minute counted back from the one in which the test began. */
export function resultOf(
  site: { readonly url: string },
  minutesAgo: number,
  given: Partial<CheckResult> = {},
): CheckResult {
  const slot = new Date(minuteMs - minutesAgo * 60_000).toISOString();
  return aResult({ siteId: siteIdOf({ url: site.url }), url: site.url, slot, ...given });
}
