// A status page while PostgreSQL is stopped: served from memory, and saying how old it is.
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../../../harness/eventually.ts";
import { startPostgres } from "../../../harness/postgres/postgres.ts";
import { aPublishingServer } from "../publishing.ts";

test("a page that was read before is served, and says that it is stale, while PostgreSQL is stopped", async () => {
  const postgres = await startPostgres();
  const server = await aPublishingServer({ databaseUrl: postgres.url });
  let stopped = false;
  onTestFinished(async () => {
    await server.close();
    if (!stopped) await postgres.stop();
  });
  await server.publish({ slug: "shop", title: "Shop status", groups: [{ sites: [{ site: "Shop" }] }] });
  const status = "/status/shop";
  await eventually("the page is served", async () => (await server.ask(status)).status === 200);
  expect((await server.ask(status)).body).not.toContain("cannot be reached");
  await postgres.stop();
  stopped = true;
  await eventually(
    "the page says that it is stale",
    async () => {
      const answer = await server.ask(status);
      expect(answer.status).toBe(200);
      return answer.body.includes("cannot be reached");
    },
    { timeoutMs: 30_000 },
  );
  expect((await server.ask(`${status}/history`)).body).toContain("cannot be reached");
  for (const path of ["/summary.json", "/feed.atom", "/badges/shop/status.svg"]) {
    expect((await server.ask(`${status}${path}`)).status).toBe(200);
  }
  expect((await server.ask("/status/nowhere")).status).toBe(404);
}, 60_000);
