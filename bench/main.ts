/**
 * `npm run bench [-- NAME…]`: how fast Sitewire is, each figure beside the raw limit measured in the same run. Those that
 * take minutes (outbox-size, memory) run only when named. The check has a bench of its own, `npm run bench:check`, which
 * comes first here.
 */
import { execFileSync } from "node:child_process";
import path from "node:path";
import { benchConsumer } from "./pipeline/consumer.ts";
import { benchLatency } from "./pipeline/latency.ts";
import { benchMemory } from "./pipeline/memory.ts";
import { benchOutboxSize } from "./pipeline/outbox-size.ts";
import { benchRelay } from "./pipeline/relay.ts";
import { benchStatusBar } from "./pipeline/status-bar.ts";
import { benchStore } from "./pipeline/store.ts";
import { type Figure, formatFigures } from "./report.ts";
import { benchSiteList } from "./server/site-list.ts";

interface Bench {
  readonly title: string;
  readonly run: () => Promise<readonly Figure[]>;
  /** Takes minutes: run only when named. */
  readonly long?: true;
}

const benches: Readonly<Record<string, Bench>> = {
  consumer: { title: "Consumer: Kafka to check_results with rollups", run: benchConsumer },
  store: { title: "The result store alone, by processor time", run: benchStore },
  relay: { title: "Relay: outbox to Kafka", run: benchRelay },
  latency: { title: "End to end at 1,000 results a second", run: benchLatency },
  "status-bar": { title: "Status bar: 90 days of 500 sites", run: benchStatusBar },
  "site-list": {
    title: "10,000 sites with 90 days of rollups, as a server reads them",
    run: benchSiteList,
    long: true,
  },
  "outbox-size": { title: "Outbox size while five million rows pass", run: benchOutboxSize, long: true },
  memory: { title: "Memory over ten minutes at full speed", run: benchMemory, long: true },
};

const asked = process.argv.slice(2);
const names = ["check", ...Object.keys(benches)];
const unknown = asked.find((name) => !names.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`no bench is called ${unknown}: there are ${names.join(", ")}\n`);
  process.exit(2);
}
if (asked.length === 0 || asked.includes("check")) {
  const program = path.join(import.meta.dirname, "check", "main.ts");
  execFileSync(process.execPath, [program], { stdio: "inherit" });
}
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 ? !asked.includes(name) : bench.long) continue;
  process.stdout.write(formatFigures(bench.title, await bench.run()));
}
