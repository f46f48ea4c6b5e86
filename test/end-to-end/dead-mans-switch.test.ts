// The dead man's switch: each app of the pipeline is killed in turn, on real Kafka and PostgreSQL.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { aDeployment } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { startWebhookReceiver } from "../harness/servers/webhook-receiver.ts";
import { aWebsite, serving } from "../harness/servers/website.ts";

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
    // A static member: it need not wait until the group has given up the one who died.
    kafka: { instanceId: "consumer" },
    channels: { ops: { type: "webhook", url: ops.url, secret: SECRET } },
    routes: [{ match: { kind: "pipeline" }, channels: ["ops"], wait: "0s" }],
    heartbeat: { url: `${outside.url}ping/a-secret-uuid`, every: "500ms", after: "5s" },
  };
  await writeFile(path.join(deployment.folder, "sitewire.yaml"), JSON.stringify(settings));
  await deployment.run("sites", "add", website.url, "--every", "1s");
  const start = (app: string) => deployment.start(app);
  const running = new Map(APPS.map((app) => [app, start(app)]));
  // A busy machine may take longer than the bound until the first result comes through.
  const recorded = async () => (await deployment.query("SELECT FROM check_results LIMIT 1")).length > 0;
  await eventually("a result is recorded", recorded, { timeoutMs: 90_000 });
  const notifier = start("notify");
  await eventually("the heartbeat is called", () => outside.requests > 0, { timeoutMs: 60_000 });

  for (const app of APPS) {
    const told = ops.received.length;
    const since = (kind: string, title: RegExp) => () =>
      ops.received.slice(told).some((message) => message.kind === kind && title.test(message.title));
    await running.get(app)?.stop("SIGKILL");
    await eventually(`people hear of the dead ${app}`, since("opened", EXPECTED[app]), { timeoutMs: 90_000 });
    const calls = outside.requests;
    running.set(app, start(app));
    const isBack = since("resolved", /^RESOLVED Sitewire: records results again/);
    await eventually(`people hear that ${app} is back`, isBack, { timeoutMs: 90_000 });
    await eventually("the heartbeat is called again", () => outside.requests > calls);
  }
  for (const [index, { kind, title }] of ops.received.entries()) {
    expect(kind).toBe(index % 2 === 0 ? "opened" : "resolved");
    if (kind === "opened")
      expect(title).toMatch(/^NO RESULTS RECORDED by Sitewire since .* Next: run sitewire status$/);
  }
  expect([...notifier.stdout, ...notifier.stderr].join("\n")).not.toContain("a-secret-uuid");
}, 400_000);
