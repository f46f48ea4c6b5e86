// Whoever says "I am on it" on the command line or by API says it to PagerDuty and Opsgenie too: nobody else is called.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { aRecordingService, type RecordingService } from "../harness/servers/recording-service.ts";
import { aWebsite, serving, type Website } from "../harness/servers/website.ts";
import { sharedPostgres } from "../harness/shared.ts";
import { sitewire, startSitewire } from "../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";
import { SERVICES } from "../services/channels/services.ts";

/** What a person at the service sees, told by its documented schema. */
function seenAt(type: "pagerduty" | "opsgenie", { received }: RecordingService): readonly string[] {
  const service = SERVICES.find((each) => each.type === type);
  return received.map((request) => service?.read(request).split("\n")[0] ?? "");
}

/** The alert's key at the service, of each request. */
const keysAt = ({ received }: RecordingService): readonly string[] =>
  received.map(({ path: where, body }) => /sitewire-[\w-]+/.exec(`${where} ${body}`)?.[0] ?? "");

test("an acknowledgement reaches PagerDuty and Opsgenie, whether by command or by API", async () => {
  const folder = await temporaryFolder("acknowledgement");
  const database = await sharedPostgres().createDatabase();
  const [shop, office] = [await aWebsite(), await aWebsite()];
  const [pagerduty, opsgenie] = [await aRecordingService(), await aRecordingService()];
  const environment = { DATABASE_URL: database.url };
  const run = async (...args: string[]) => (await sitewire(args, { folder, environment })).stdout;
  const settings = {
    sites: Object.entries({ shop, office }).map(([name, { url }]) => ({ url, name, every: "1s" })),
    channels: {
      pagerduty: { type: "pagerduty", routingKey: "pagerduty-routing-secret", url: pagerduty.url },
      opsgenie: { type: "opsgenie", apiKey: "opsgenie-api-secret", url: opsgenie.url },
    },
    routes: [{ channels: ["pagerduty", "opsgenie"], wait: "0s", groupBy: ["site"] }],
  };
  await writeFile(path.join(folder, "sitewire.yaml"), JSON.stringify(settings));
  const app = startSitewire(["up"], { folder, environment });
  onTestFinished(async () => {
    await app.stop("SIGKILL");
    await Promise.all([shop, office].map((website: Website) => website.goAway()));
    await Promise.all([pagerduty, opsgenie].map((service) => service.close()));
    await database.drop();
    await removeFolder(folder);
  });
  const served = await app.line(/dashboard served/);
  const server = /http:\/\/127\.0\.0\.1:\d+/.exec(served)?.[0] ?? "";
  const arrived = async (count: number) => {
    const enough = () => [pagerduty, opsgenie].every(({ received }) => received.length === count);
    await eventually(`${count} requests at each service`, enough, { timeoutMs: 30_000 });
  };

  for (const site of ["shop", "office"]) await app.line(new RegExp(`"${site}".*"verdict":"up"`));
  for (const website of [shop, office]) website.answers(serving("out of order", 503));
  await arrived(2);
  const incidents = (await run("incidents", "list", "--open")).split("\n");
  const idOf = (site: string) => incidents.find((line) => line.includes(site))?.split(" ")[0] ?? "";
  await run("incidents", "acknowledge", idOf("shop"), "--by", "ada", "--note", "restarting it");
  const token = /swt_[\w-]+/.exec(
    await run("tokens", "create", "phone", "--scope", "edit", "--scope", "read"),
  )?.[0];
  const acknowledged = await fetch(`${server}/api/v1/incidents/${idOf("office")}/acknowledge`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: "{}",
  });
  expect(acknowledged.status).toBe(200);
  await arrived(4);
  for (const website of [shop, office]) website.answers(serving("well again"));
  await arrived(6);
  const opened = expect.stringMatching(/^DOWN (shop|office) since /);
  const twice = (end: string) => [opened, opened, "acknowledge", "acknowledge", end, end];
  expect(seenAt("pagerduty", pagerduty)).toEqual(twice("resolve"));
  expect(seenAt("opsgenie", opsgenie)).toEqual(twice("close"));
  const bodies = opsgenie.received.slice(2, 4).map(({ body }) => body);
  expect(bodies.join()).toMatch(/"user":"ada".*"user":"phone"/);
  // Each of the three requests about an incident names the same alert.
  const keys = ["shop", "office"].flatMap((site) => Array(3).fill(`sitewire-${idOf(site)}`));
  for (const service of [pagerduty, opsgenie]) expect([...keysAt(service)].sort()).toEqual(keys.sort());
}, 90_000);
