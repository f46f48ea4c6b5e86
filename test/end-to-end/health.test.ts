// What a running app tells those who look after it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { freePorts } from "../harness/free-ports.ts";
import { aWebsite, type Website } from "../harness/servers/website.ts";
import { sitewire, startSitewire } from "../harness/sitewire.ts";

let deployment: Deployment;
let website: Website;

beforeAll(async () => {
  deployment = await aDeployment();
  website = await aWebsite();
});

afterAll(async () => {
  await website.goAway();
  await deployment.remove();
});

test("metrics and readiness tell backlog, lag and what was recorded", async () => {
  const [port = 0] = await freePorts(1);
  const environment = { ...deployment.environment, HEALTH_ADDRESS: `127.0.0.1:${port}` };
  const app = startSitewire(["up", website.url, "--every", "1s"], { folder: deployment.folder, environment });
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  const metrics = await eventually(
    "a result was recorded",
    async () => {
      const text = await (await get("/metrics")).text();
      return /^sitewire_results_recorded_total [1-9]/m.test(text) && text;
    },
    { timeoutMs: 30_000 },
  );
  for (const name of [
    "sitewire_checks_total",
    "sitewire_outbox_published_total",
    "sitewire_outbox_unpublished_rows",
    "sitewire_outbox_oldest_age_seconds",
    "sitewire_outbox_parked_rows",
    "sitewire_consumer_lag_events",
    'sitewire_dependency_up{dependency="database"',
    "process_resident_memory_bytes",
  ]) {
    expect(metrics).toContain(name);
  }
  expect((await get("/livez")).status).toBe(200);
  expect((await get("/healthz")).status).toBe(200);
  const ready = await get("/readyz");
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ ready: true });
  expect((await get("/other")).status).toBe(404);
  expect((await app.stop()).code).toBe(0);
});

test("an app is not ready while its database is away, and says why", async () => {
  const [port = 0, closed = 0] = await freePorts(2);
  const app = startSitewire(["monitor", website.url], {
    folder: deployment.folder,
    environment: {
      DATABASE_URL: `postgres://nobody:hidden-7@127.0.0.1:${closed}/nothing`,
      HEALTH_ADDRESS: `127.0.0.1:${port}`,
    },
  });
  const ready = await eventually("it serves", () => fetch(`http://127.0.0.1:${port}/readyz`));
  expect(ready.status).toBe(503);
  const text = await ready.text();
  expect(text).toMatch(/refused/);
  expect(text).not.toContain("hidden-7");
  expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
  await app.stop();
});

test("a relay is not ready while Kafka is away, though its database answers", async () => {
  expect((await deployment.run("migrate")).code).toBe(0);
  const [port = 0, closed = 0] = await freePorts(2);
  const app = startSitewire(["relay"], {
    folder: deployment.folder,
    environment: {
      ...deployment.environment,
      KAFKA_BROKERS: `127.0.0.1:${closed}`,
      HEALTH_ADDRESS: `127.0.0.1:${port}`,
    },
  });
  const text = await eventually(
    "it is not ready",
    async () => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`);
      const body = await response.text();
      return response.status === 503 && body;
    },
    { timeoutMs: 30_000 },
  );
  expect(text).toMatch(new RegExp(`"work": "Kafka at .*${closed}`));
  expect(text).toContain('"sitewire_outbox_parked_rows": 0');
  await app.stop();
});

test("a wrong address is one clear line", async () => {
  const environment = { ...deployment.environment, HEALTH_ADDRESS: "somewhere" };
  const ended = await sitewire(["up", website.url], { folder: deployment.folder, environment });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(/sitewire: health\.address is "somewhere".*host:port/);
});
