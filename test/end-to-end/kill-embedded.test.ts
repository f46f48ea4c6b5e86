// The embedded default is as honest as the big one: what `sitewire up` has printed survives its death, however often.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CheckResult, checkResultSchema } from "../../src/contract/checks/check-result.ts";
import { resultIdentity } from "../../src/contract/identity.ts";
import { seededRandom } from "../chaos/random.ts";
import { eventually } from "../harness/eventually.ts";
import { aWebsite, type Website } from "../harness/servers/website.ts";
import { type RunningSitewire, sitewire, startSitewire } from "../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";

/** KILL_ROUNDS=50 is the long form. */
const rounds = Number(process.env.KILL_ROUNDS ?? 15);
const sites = 80;
/** At most, on a machine that is busy with other things. */
const roundMs = 15_000;

let folder: string;
let website: Website;
let app: RunningSitewire | undefined;

beforeEach(async () => {
  folder = await temporaryFolder("kill-embedded");
  website = await aWebsite();
  const urls = Array.from({ length: sites }, (_, number) => `${website.url}site-${number}`);
  const entries = urls.map((url) => `  - { url: "${url}", every: 1s }\n`);
  await writeFile(
    path.join(folder, "sitewire.yaml"),
    `checks: { maxPerHost: 20 }\nsites:\n${entries.join("")}`,
  );
});

afterEach(async () => {
  await app?.stop("SIGKILL");
  await website.goAway();
  await removeFolder(folder);
});

function printed(stdout: readonly string[]): CheckResult[] {
  return stdout.map((line) => checkResultSchema.parse(JSON.parse(line)));
}

async function results(): Promise<CheckResult[]> {
  const { stdout, code } = await sitewire(["results", "--json", "--limit", "1000000"], { folder });
  expect(code).toBe(0);
  return printed(stdout.split("\n"));
}

test(
  `kill -9 of \`up\` in the middle of writing, ${rounds} times in a row, loses nothing it has printed`,
  async () => {
    const random = seededRandom(4);
    const acknowledged: CheckResult[] = [];
    for (let round = 0; round < rounds; round += 1) {
      app = startSitewire(["up"], { folder });
      const { stdout } = app;
      if (round % 5 === 4) {
        // Some die while they still recover from the death before; it is the moment that changes, nothing is waited for.
        await delay(random.between(100, 1500));
      } else {
        const lines = random.between(1, 2 * sites);
        const printedEnough = () => stdout.length >= lines;
        await eventually(`${lines} results are printed`, printedEnough, { timeoutMs: 30_000, intervalMs: 5 });
      }
      const complete = stdout.length;
      await app.stop("SIGKILL");
      acknowledged.push(...printed(stdout.slice(0, complete)));
    }
    expect(new Set(acknowledged.map(resultIdentity)).size).toBeGreaterThan(rounds * 10);

    const expected = new Set(acknowledged.map(resultIdentity));
    expect(expected.size).toBeGreaterThan(rounds * 10);

    app = startSitewire(["up"], { folder });
    await app.line(/"verdict":"up"/);
    const missing = async () => {
      const recorded = new Set((await results()).map(resultIdentity));
      return [...expected].filter((identity) => !recorded.has(identity));
    };
    await eventually("what is in the log is recorded", async () => (await missing()).length === 0, {
      timeoutMs: 30_000,
      intervalMs: 1000,
    }).catch(() => {});
    expect(await missing()).toEqual([]);
    const all = (await results()).map(resultIdentity);
    expect(new Set(all).size).toBe(all.length);
    expect(await app.stop()).toMatchObject({ code: 0 });
  },
  60_000 + rounds * roundMs,
);
