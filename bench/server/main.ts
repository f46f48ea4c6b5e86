/**
 * `npm run bench:server [-- SITES [SECONDS]]`: what the server costs. Linux only; memory as PSS of all processes. `up` runs
 * in an empty folder with the embedded database; an open dashboard is its files, the list of sites, and a live stream.
 */
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { cpuOf, useOfTree } from "../default/process-tree.ts";
import { newFolder, startUp } from "../default/running-up.ts";
import { type Figure, formatFigures } from "../report.ts";

const sites = Number(process.argv[2] ?? 1000);
const measuredMs = Number(process.argv[3] ?? 30) * 1000;
const WARM_UP_MS = 20_000;
const PROGRAM = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const load = { sites, every: "10s" };
const servedSchema = z.object({ url: z.url() });

const website = fork(fileURLToPath(new URL("../default/website.ts", import.meta.url)));
const [port] = z
  .tuple([z.number()])
  .rest(z.unknown())
  .parse(await once(website, "message"));
try {
  const without = await memoryOfUp(["--no-dashboard"], async () => {});
  const closed = await memoryOfUp([], async () => {});
  const open = await memoryOfUp([], openDashboard);
  const alone = await serverAlone();
  const figures: readonly Figure[] = [
    { name: "up without the server", unit: "MB", value: without },
    { name: "up, nobody looking", unit: "MB", value: closed },
    { name: "up, dashboard open", unit: "MB", value: open },
    { name: "more with the dashboard open", unit: "MB", value: open - without, atMost: 60 },
    { name: "server alone, dashboard open", unit: "MB", value: alone.megabytes, atMost: 120 },
    { name: "server alone, CPU a minute", unit: "s", value: alone.cpuSecondsPerMinute },
  ];
  process.stdout.write(formatFigures(`${sites} sites / 10 s`, figures));
} finally {
  website.kill();
}

async function memoryOfUp(args: readonly string[], look: (url: string) => Promise<void>): Promise<number> {
  const place = newFolder();
  const up = await startUp(place.folder, port, load, args);
  try {
    await delay(WARM_UP_MS);
    if (up.dashboardUrl !== null) await look(up.dashboardUrl);
    return (await useOfTree(up.pid, measuredMs)).pssMegabytes;
  } finally {
    await up.stop();
    place.remove();
  }
}

/** A server beside an `up` that has none, on its database. */
async function serverAlone() {
  const place = newFolder();
  const up = await startUp(place.folder, port, load, ["--no-dashboard"]);
  const socket = encodeURIComponent(`${place.folder}/.sitewire`);
  const server = spawn(process.execPath, [PROGRAM, "server", "--listen", "127.0.0.1:0"], {
    cwd: place.folder,
    env: { PATH: process.env.PATH, DATABASE_URL: `postgres://postgres@/postgres?host=${socket}` },
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    const url = await servedAt(server.stderr);
    await openDashboard(url);
    await delay(WARM_UP_MS);
    const pid = server.pid ?? 0;
    const beforeSeconds = cpuOf(pid);
    const { pssMegabytes } = await useOfTree(pid, measuredMs);
    const cpuSecondsPerMinute = ((cpuOf(pid) - beforeSeconds) * 60_000) / measuredMs;
    return { megabytes: pssMegabytes, cpuSecondsPerMinute };
  } finally {
    server.kill("SIGTERM");
    await once(server, "exit");
    await up.stop();
    place.remove();
  }
}

async function servedAt(log: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: log })) {
    if (line.includes('"dashboard served"')) return servedSchema.parse(JSON.parse(line)).url;
  }
  throw new Error("the server ended before it served");
}

/** Reads what a browser reads first, and follows the live stream until this process ends. */
async function openDashboard(url: string): Promise<void> {
  for (const path of ["", "api/v1/session", "api/v1/sites?limit=10000", "api/v1/tags"]) {
    await (await fetch(url + path)).arrayBuffer();
  }
  const { body } = await fetch(`${url}api/v1/live`);
  void body?.pipeTo(new WritableStream()).catch(() => {});
}
