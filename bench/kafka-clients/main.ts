/**
 * `node bench/kafka-clients/main.ts [PART OF A TITLE]`: takes each Kafka client through the same trials on real brokers
 * and prints a table. Each trial runs in a process of its own, so that a client that crashes only loses that one.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { BenchClient } from "./client.ts";
import { loadLibrdkafka } from "./librdkafka.ts";
import type { Verdict } from "./observation.ts";
import { platformatic, platformaticNewProtocol } from "./platformatic.ts";
import { runScenario, scenarios } from "./scenarios.ts";
import { sitewire } from "./sitewire.ts";

const TRIAL_WITHIN_MS = 300_000;
const RESULT_LINE = "result: ";

const librdkafka = await loadLibrdkafka();
const clients: readonly BenchClient[] = [
  platformatic,
  platformaticNewProtocol,
  ...(librdkafka === null ? [] : [librdkafka]),
  sitewire,
];

const [first = "", second = ""] = process.argv.slice(2);
if (first === "--trial") await runTrial(second);
else await runAll(first);

async function runAll(wanted: string): Promise<void> {
  process.stdout.write(`| trial | ${clients.map(({ name }) => `\`${name}\``).join(" | ")} |\n`);
  process.stdout.write(`|---|${clients.map(() => "---|").join("")}\n`);
  for (const [index, { title, consumes }] of scenarios.entries()) {
    if (!title.includes(wanted)) continue;
    const cells: string[] = [];
    for (const client of clients) {
      if (client.consumesOnly && !consumes) {
        cells.push("");
        continue;
      }
      process.stderr.write(`${client.name}: ${title}\n`);
      const { good, text } = await trialInItsOwnProcess(index, client.name);
      cells.push(`${good ? "✓" : "✗"} ${text}`);
    }
    process.stdout.write(`| ${title} | ${cells.join(" | ")} |\n`);
  }
}

async function trialInItsOwnProcess(scenario: number, client: string): Promise<Verdict> {
  const script = fileURLToPath(import.meta.url);
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [script, "--trial", `${scenario}/${client}`],
      { timeout: TRIAL_WITHIN_MS, killSignal: "SIGKILL", maxBuffer: 64 * 1024 * 1024 },
    );
    process.stderr.write(stderr);
    const line = stdout.split("\n").find((candidate) => candidate.startsWith(RESULT_LINE));
    if (line === undefined) return { good: false, text: "**ended without a word**" };
    const [good, ...text] = line.slice(RESULT_LINE.length).split(" ");
    return { good: good === "true", text: text.join(" ") };
  } catch (error) {
    process.stderr.write(`${String(error).slice(-2000)}\n`);
    const killed = error instanceof Error && "killed" in error && error.killed === true;
    return { good: false, text: killed ? "**not done in five minutes**" : "**the process crashed**" };
  }
}

async function runTrial(argument: string): Promise<void> {
  const index = argument.slice(0, argument.indexOf("/"));
  const name = argument.slice(index.length + 1);
  const scenario = scenarios[Number(index)];
  const client = clients.find((candidate) => candidate.name === name);
  if (scenario === undefined || client === undefined) throw new Error(`no such trial: ${argument}`);
  const { good, text } = await runScenario(scenario, client);
  process.stdout.write(`${RESULT_LINE}${good} ${text.replaceAll("\n", " ")}\n`);
  process.exit(0);
}
