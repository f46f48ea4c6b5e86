/**
 * `npm run bench:distance`: what a check measures of a distant server, beside what curl measures, in turns. The distance
 * is a TCP proxy that passes bytes on half a round trip later; the connection to the proxy itself is local.
 */
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { defineSite } from "../../src/contract/checks/site.ts";
import { createHttpProber } from "../../src/services/probing/http/prober.ts";
import { createCertificateAuthority } from "../../test/harness/certificates.ts";
import { ensureSystemPackages } from "../../test/harness/system-packages.ts";
import { type Figure, formatFigures } from "../report.ts";

const ROUNDS = 9;
const TIMEOUT_MS = 20_000;
const ROUND_TRIPS_MS = [20, 100];
const SIZES_BYTES = { "1 KB": 1000, "200 KB": 200_000, "5 MB": 5_000_000 } as const;
const VERSIONS = { "1.1": "--http1.1", "2": "--http2" } as const;
const PHASES = ["connect", "tls", "firstByte", "total"] as const;

const curlTimesSchema = z.object({
  time_connect: z.number(),
  time_appconnect: z.number(),
  time_pretransfer: z.number(),
  time_starttransfer: z.number(),
  time_total: z.number(),
});

type Version = keyof typeof VERSIONS;
type Measured = Readonly<Record<(typeof PHASES)[number], number>>;

const missing = await ensureSystemPackages(["curl"]);
if (missing.size > 0) {
  process.stderr.write(`${[...missing.values()].join("\n")}\n`);
  process.exit(1);
}
const authority = await createCertificateAuthority();
const folder = await mkdtemp(path.join(tmpdir(), "sitewire-distance-"));
const caFile = path.join(folder, "ca.pem");
await writeFile(caFile, authority.certificate);
const website = fork(path.join(import.meta.dirname, "website.ts"));
const prober = createHttpProber();
try {
  website.send({ ...(await authority.issue()), roundTripsMs: ROUND_TRIPS_MS });
  const [message] = await once(website, "message");
  const ports = z.array(z.int()).parse(message);
  // The code of both protocols is loaded and compiled.
  for (const version of ["1.1", "2"] as const) await ours(`https://127.0.0.1:${ports[0]}/1000`, version);
  for (const [index, roundTripMs] of ROUND_TRIPS_MS.entries()) {
    const figures: Figure[] = [];
    for (const version of ["1.1", "2"] as const) {
      for (const [size, sizeBytes] of Object.entries(SIZES_BYTES)) {
        const url = `https://127.0.0.1:${ports[index]}/${sizeBytes}`;
        figures.push(...(await inTurns(`HTTP/${version}, ${size}`, url, version)));
      }
    }
    process.stdout.write(formatFigures(`A round trip of ${roundTripMs} ms, beside curl`, figures));
  }
} finally {
  website.kill();
  await rm(folder, { recursive: true });
}

/** The best of each, as what else runs on the machine only ever adds time. */
async function inTurns(name: string, url: string, version: Version): Promise<readonly Figure[]> {
  const own: Measured[] = [];
  const others: Measured[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(await ours(url, version));
    others.push(await curls(url, version));
  }
  return PHASES.map((phase) => {
    const curl = Math.min(...others.map((measured) => measured[phase]));
    return {
      name: `${name}: ${phase}`,
      unit: "ms",
      value: Math.min(...own.map((measured) => measured[phase])),
      against: curl,
      atMost: Math.round(curl * 11 + 20) / 10,
    };
  });
}

async function ours(url: string, httpVersion: Version): Promise<Measured> {
  const site = defineSite({
    url,
    options: { httpVersion, maxBodyBytes: 6_000_000, tls: { ca: authority.certificate } },
  });
  const { timings, failure, release } = await prober
    .prepare(site)
    .run(TIMEOUT_MS, new AbortController().signal);
  release();
  if (timings === null || failure !== null) throw new Error(JSON.stringify(failure));
  const { connectMs, tlsMs, firstByteMs, totalMs } = timings;
  return { connect: connectMs ?? 0, tls: tlsMs ?? 0, firstByte: firstByteMs ?? 0, total: totalMs };
}

async function curls(url: string, version: Version): Promise<Measured> {
  const args = ["--silent", "--cacert", caFile, VERSIONS[version], "--output", "/dev/null"];
  const { stdout } = await promisify(execFile)("curl", [...args, "--write-out", "%{json}", url]);
  const times = curlTimesSchema.parse(JSON.parse(stdout));
  return {
    connect: times.time_connect * 1000,
    tls: (times.time_appconnect - times.time_connect) * 1000,
    firstByte: (times.time_starttransfer - times.time_pretransfer) * 1000,
    total: times.time_total * 1000,
  };
}
