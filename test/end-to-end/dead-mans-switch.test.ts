// The dead man's switch: each app of the pipeline is killed in turn, on real Kafka and PostgreSQL.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { aDeployment } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { startWebhookReceiver } from "../harness/webhook-receiver.ts";
import { aWebsite, serving } from "../harness/website.ts";

const SECRET = "a secret of the test";
const APPS = ["monitor", "relay", "consume"] as const;
const EXPECTED: Readonly<Record<(typeof APPS)[number], RegExp>> = {
  monitor: /no monitor delivers results/,
  relay: /rows? waits? in the outbox for a relay/,
  consume: /events? waits? for a consumer/,
};

test("whichever app dies, the heartbeat stops and the notifier alerts; when it is back, both end", async () => {
  const [deployment, website, outside, ops] = await Promise.all([
    aDeployment(),
    aWebsite(),
    aWebsite(),
    startWebhookReceiver(SECRET),
  ]);
  onTestFinished(async () => {
    await deployment.remove();
    await Promise.all([website.goAway(), outside.goAway(), ops.close()]);
  });
  outside.answers(serving("ok"));
  const settings = {
    channels: { ops: { type: "webhook", url: ops.url, secret: SECRET } },
    routes: [{ match: { kind: "pipeline" }, channels: ["ops"], wait: "0s" }],
    heartbeat: { url: `${outside.url}ping/a-secret-uuid`, every: "500ms", after: "3s" },
  };
  await writeFile(path.join(deployment.folder, "sitewire.yaml"), JSON.stringify(settings));
  await deployment.run("sites", "add", website.url, "--every", "1s");
  const start = (app: string) => deployment.start(app);
  const running = new Map(APPS.map((app) => [app, start(app)]));
  const notifier = start("notify");
  await eventually("the heartbeat is called", () => outside.requests > 0, { timeoutMs: 60_000 });
  expect(ops.received).toEqual([]);

  for (const app of APPS) {
    const told = ops.received.length;
    await running.get(app)?.stop("SIGKILL");
    await eventually(`people hear of the dead ${app}`, () => ops.received.length > told, {
      timeoutMs: 60_000,
    });
    expect(ops.received.at(-1)?.title).toMatch(
      /^NO RESULTS RECORDED by Sitewire since .* Next: run sitewire status$/,
    );
    expect(ops.received.at(-1)?.title).toMatch(EXPECTED[app]);
    const calls = outside.requests;
    running.set(app, start(app));
    await eventually(`people hear that ${app} is back`, () => ops.received.length > told + 1, {
      timeoutMs: 90_000,
    });
    expect(ops.received.at(-1)?.title).toMatch(/^RESOLVED Sitewire: records results again/);
    await eventually("the heartbeat is called again", () => outside.requests > calls);
  }
  expect(ops.received.map(({ kind }) => kind)).toEqual(APPS.flatMap(() => ["opened", "resolved"]));
  expect([...notifier.stdout, ...notifier.stderr].join("\n")).not.toContain("a-secret-uuid");
}, 300_000);
