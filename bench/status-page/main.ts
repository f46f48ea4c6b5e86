/**
 * `npm run bench:status-page`: the status page of 100 sites with 90 days behind it: rendering, requests a second from the
 * server's memory under wrk, bytes of the whole page, and the first paint in Chromium. Needs wrk and Chromium.
 */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { z } from "zod";
import { viewStatusPage } from "../../src/apps/operations/status-pages/viewing.ts";
import { statusPageSchema } from "../../src/contract/settings/status-page.ts";
import { systemClock } from "../../src/services/process/clock.ts";
import { renderStatusPage } from "../../src/web/status-page/rendering/page.ts";
import { linksOf } from "../../src/web/status-page/serving/paths.ts";
import { startSitewire } from "../../test/harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { type Figure, formatFigures } from "../report.ts";
import { type FilledDatabase, openFilledDatabase } from "../server/filled-database.ts";

const SITES = 100;
const ROUNDS = 51;
const LOADS = 5;
const SERVED_SECONDS = 10;
const CONNECTIONS = 50;

const loadSchema = z.object({ bytes: z.number(), paintedAtMs: z.number() });
/** Resolves after the first contentful paint. */
const PAINTED = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    if (list.getEntriesByName("first-contentful-paint").length > 0) resolve(null);
  }).observe({ type: "paint", buffered: true });
})`;

const READ_LOAD = `({
  bytes: [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, { transferSize }) => sum + transferSize, 0),
  paintedAtMs: performance.getEntriesByName("first-contentful-paint")[0].startTime,
})`;

const run = promisify(execFile);
const groups = Array.from({ length: 10 }, (_, group) => ({
  name: `Group ${group + 1}`,
  sites: Array.from({ length: SITES / 10 }, (__, index) => ({ site: `site ${group * 10 + index + 1}` })),
}));
const page = statusPageSchema.parse({ slug: "shop", title: "Example Shop", accent: "#0f766e", groups });

const filled = await openFilledDatabase({ sites: SITES, hourlyDays: 2, dailyDays: 90 });
const folder = await temporaryFolder("bench-status-page");
await writeFile(path.join(folder, "sitewire.yaml"), JSON.stringify({ statusPages: [page] }));
const server = startSitewire(["server", "--listen", "127.0.0.1:0"], {
  folder,
  environment: { DATABASE_URL: filled.url, SITEWIRE_MAX_REQUESTS_PER_MINUTE: "1000000" },
});
try {
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(await server.line(/dashboard served/)));
  const address = new URL("/status/shop", url).href;
  const figures: readonly Figure[] = [
    ...(await measureRendering(filled)),
    ...(await measurePage(address)),
    await measureServing(address),
  ];
  process.stdout.write(formatFigures(`Status page, ${SITES} sites, 90 days`, figures));
} finally {
  await server.stop();
  await filled.close();
  await removeFolder(folder);
}

async function measureRendering({ database }: FilledDatabase): Promise<readonly Figure[]> {
  const resources = { database, configuration: { maintenance: [] }, clock: systemClock };
  const links = linksOf(page, "", "1");
  const read: number[] = [];
  const rendered: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedMs = performance.now();
    const view = await viewStatusPage(resources, page);
    const readMs = performance.now();
    renderStatusPage({ view, links, stale: false });
    read.push(readMs - startedMs);
    rendered.push(performance.now() - readMs);
  }
  return [
    { name: "read from the database, median", unit: "ms", value: medianOf(read) },
    { name: "rendered, median", unit: "ms", value: medianOf(rendered), atMost: 20 },
  ];
}

/** As a browser loads it for the first time: the document and everything that it links, as transferred. */
async function measurePage(address: string): Promise<readonly Figure[]> {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  const loads: { readonly bytes: number; readonly paintedAtMs: number }[] = [];
  try {
    for (let round = 0; round < LOADS; round += 1) {
      const tab = await (await browser.newContext()).newPage();
      await tab.goto(address, { waitUntil: "load" });
      await tab.evaluate(PAINTED);
      loads.push(loadSchema.parse(await tab.evaluate(READ_LOAD)));
      await tab.context().close();
    }
  } finally {
    await browser.close();
  }
  return [
    {
      name: "whole page, compressed",
      unit: "KB",
      value: medianOf(loads.map(({ bytes }) => bytes)) / 1000,
      atMost: 60,
    },
    {
      name: "first contentful paint, median",
      unit: "ms",
      value: medianOf(loads.map(({ paintedAtMs }) => paintedAtMs)),
      atMost: 500,
    },
  ];
}

/** Throws where wrk saw another answer than 200: a refusal is quick. */
async function measureServing(address: string): Promise<Figure> {
  const { stdout } = await run("wrk", [
    ...["-t", "1", "-c", String(CONNECTIONS), "-d", `${SERVED_SECONDS}s`],
    ...["-H", "Accept-Encoding: br", address],
  ]);
  const perSecond = Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)?.[1]);
  if (!(perSecond > 0) || stdout.includes("Non-2xx")) throw new Error(`wrk failed: ${stdout}`);
  return { name: "served from memory", unit: "a second", value: perSecond, against: 2000, goal: 1 };
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
