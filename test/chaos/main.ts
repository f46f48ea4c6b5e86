// `npm run chaos`: the long form. The seed it prints replays the run: `npm run chaos -- --seed 42 --faults 200`.
import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ensureSystemPackages } from "../harness/system-packages.ts";
import { formatReport } from "./report.ts";
import { runChaos } from "./run.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(randomInt(1, 1_000_000)) },
    faults: { type: "string", default: "200" },
    nodes: { type: "string", default: "1" },
    "rows-per-second": { type: "string", default: "150" },
    "longest-fault-ms": { type: "string", default: "12000" },
    "broken-consumer": { type: "boolean", default: false },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const missing = await ensureSystemPackages(["java", "maven", "kcat", "pgbouncer"]);
for (const line of missing.values()) say(line);
if (missing.size > 0) process.exit(1);

say(`seed ${values.seed}`);
const report = await runChaos({
  seed: wholeNumber("seed"),
  faults: wholeNumber("faults"),
  nodes: wholeNumber("nodes") === 3 ? 3 : 1,
  relays: 2,
  consumers: 3,
  rowsPerSecond: wholeNumber("rows-per-second"),
  longestFaultMs: wholeNumber("longest-fault-ms"),
  longFreezes: 0.5,
  ...(values["broken-consumer"]
    ? { programs: { consumer: fileURLToPath(import.meta.resolve("./broken-consumer.ts")) } }
    : {}),
  say,
});
say(formatReport(report));
process.exitCode = report.rulings.every(({ broken }) => broken.length === 0) ? 0 : 1;

function wholeNumber(name: "seed" | "faults" | "nodes" | "rows-per-second" | "longest-fault-ms"): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  say(`--${name} is "${values[name]}": must be a whole number above 0`);
  process.exit(2);
}
