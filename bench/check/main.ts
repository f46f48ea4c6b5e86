/**
 * `npm run bench:check`: checks for each second of CPU time, and peak memory, of our checker as the monitor runs it,
 * of blackbox_exporter, of a bare HTTP client and of wrk, in turns against the same local website.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { z } from "zod";
import { createCertificateAuthority } from "../../test/harness/certificates.ts";
import { ensureSystemPackages } from "../../test/harness/system-packages.ts";
import { type Figure, formatFigures } from "../report.ts";
import { blackbox } from "./blackbox.ts";
import type { Contender, Run, Target } from "./contest.ts";
import { compilePrograms, ownProcess } from "./own-process.ts";
import { wrk } from "./wrk.ts";

const ROUNDS = 3;
const PATTERN = "<h1>All [a-z]+ operational</h1>";
const PATTERN_WITHOUT_PLAIN_BEGINNING = "(?i)all [a-z]+ operational";
const CHECKS = { http: 12_000, https: 3000 } as const;

type Scheme = keyof typeof CHECKS;
type Contenders<Each> = Readonly<Record<"ours" | "blackbox" | "bare" | "wrk", Each>>;

const missing = await ensureSystemPackages(["blackboxExporter", "wrk"]);
if (missing.size > 0) {
  process.stderr.write(`${[...missing.values()].join("\n")}\n`);
  process.exit(1);
}
const authority = await createCertificateAuthority();
const website = fork(path.join(import.meta.dirname, "website.ts"));
const programs = compilePrograms("our-checks.ts", "bare-client.ts");
try {
  website.send(await authority.issue());
  const [message] = await once(website, "message");
  const ports = z.object({ http: z.int(), https: z.int() }).parse(message);
  const compiled = (name: string): Contender => ownProcess(path.join(programs.folder, "bench/check", name));
  const ours = compiled("our-checks.js");
  const contenders = { ours, blackbox, bare: compiled("bare-client.js"), wrk };
  for (const scheme of ["http", "https"] as const) {
    const target: Target = {
      url: `${scheme}://127.0.0.1:${ports[scheme]}/`,
      regexp: PATTERN,
      ca: scheme === "http" ? null : authority.certificate,
    };
    const runs = await inTurns(contenders, target, CHECKS[scheme]);
    const other = await ours({ ...target, regexp: PATTERN_WITHOUT_PLAIN_BEGINNING }, CHECKS[scheme]);
    process.stdout.write(formatFigures(titleOf(scheme), figuresOf(scheme, runs, other)));
  }
} finally {
  programs.remove();
  website.kill();
}

/** The best run of each contender, of rounds in which they take turns: what else runs here only ever slows them. */
async function inTurns(
  { ours, blackbox, bare, wrk }: Contenders<Contender>,
  target: Target,
  checks: number,
): Promise<Contenders<Run>> {
  const rounds: Contenders<Run>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({
      ours: await ours(target, checks),
      blackbox: await blackbox(target, checks),
      bare: await bare(target, checks),
      wrk: await wrk(target, checks),
    });
  }
  const best = (name: keyof Contenders<Run>): Run => {
    const runs = rounds.map((round) => round[name]);
    return {
      checksPerCpuSecond: Math.max(...runs.map((run) => run.checksPerCpuSecond)),
      checksPerSecond: Math.max(...runs.map((run) => run.checksPerSecond)),
      peakMegabytes: Math.min(...runs.map((run) => run.peakMegabytes)),
    };
  };
  return { ours: best("ours"), blackbox: best("blackbox"), bare: best("bare"), wrk: best("wrk") };
}

function titleOf(scheme: Scheme): string {
  return scheme === "http"
    ? "Checks over HTTP: a page of 10 KB with a pattern, 64 at a time, a fresh connection each"
    : "Checks over HTTPS: the same with a full handshake each";
}

function figuresOf(
  scheme: Scheme,
  { ours, blackbox, bare, wrk }: Contenders<Run>,
  other: Run,
): readonly Figure[] {
  const perCpuSecond = (name: string, run: Run): Figure => ({
    name,
    unit: "checks/CPU-s",
    value: run.checksPerCpuSecond,
  });
  const memory = (name: string, run: Run): Figure => ({ name, unit: "MB", value: run.peakMegabytes });
  return [
    {
      ...perCpuSecond("our checker, beside blackbox_exporter", ours),
      against: blackbox.checksPerCpuSecond,
      goal: scheme === "http" ? 2 : 1.2,
    },
    {
      ...perCpuSecond("our checker, beside the bare client", ours),
      against: bare.checksPerCpuSecond,
      goal: 0.8,
    },
    {
      ...perCpuSecond("our checker, beside wrk", ours),
      against: wrk.checksPerCpuSecond,
    },
    perCpuSecond("our checker with a pattern that has no plain beginning", other),
    perCpuSecond("blackbox_exporter", blackbox),
    perCpuSecond("bare client (undici)", bare),
    perCpuSecond("wrk", wrk),
    { name: "our checker", unit: "checks/s", value: ours.checksPerSecond },
    { ...memory("our checker's peak memory", ours), atMost: Math.round(3 * blackbox.peakMegabytes) },
    memory("blackbox_exporter's peak memory", blackbox),
    memory("bare client's peak memory", bare),
    memory("wrk's peak memory", wrk),
  ];
}
