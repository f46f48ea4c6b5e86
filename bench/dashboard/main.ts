/**
 * `npm run bench:dashboard`: the dashboard in Chromium against a server process and a filled database: first load with
 * 100 sites, then scrolling 10,000 while 1,000 results a second arrive. Needs Chromium at /usr/bin/chromium.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Browser, chromium, type Page } from "playwright-core";
import { z } from "zod";
import { startSitewire } from "../../test/harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { type Figure, formatFigures } from "../report.ts";
import { type FilledDatabase, openFilledDatabase, recordResults } from "../server/filled-database.ts";

const LOADS = 5;
const SCROLLED_MS = 10_000;
const UPDATES_A_SECOND = 1000;

/** What the page noted: sizes in bytes as transferred, instants in milliseconds after the navigation. */
const loadSchema = z.object({ scriptBytes: z.number(), paintedAtMs: z.number(), usableAtMs: z.number() });
const framesSchema = z.object({ frames: z.number(), lateFrames: z.number(), longestMs: z.number() });

/** Notes when the first row can be used. A string, because it runs in the page. */
const NOTE_FIRST_ROW = `new MutationObserver((_, observer) => {
  if (!document.querySelector("[data-site-link]")) return;
  observer.disconnect();
  setTimeout(() => { window.usableAtMs = performance.now(); });
}).observe(document, { childList: true, subtree: true })`;

const READ_LOAD = `({
  scriptBytes: performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  paintedAtMs: performance.getEntriesByName("first-contentful-paint")[0].startTime,
  usableAtMs: window.usableAtMs,
})`;

/** Scrolls down with each frame; late is a frame that came after more than 1.5 of its 16.7 ms. */
const SCROLL = `new Promise((resolve) => {
  const startedAt = performance.now();
  let last = startedAt, frames = 0, lateFrames = 0, longestMs = 0;
  const step = (now) => {
    const tookMs = now - last;
    if (frames > 0 && tookMs > 25) lateFrames += 1;
    longestMs = Math.max(longestMs, frames > 0 ? tookMs : 0);
    last = now;
    frames += 1;
    window.scrollBy(0, 60);
    if (now - startedAt < ${SCROLLED_MS}) requestAnimationFrame(step);
    else resolve({ frames, lateFrames, longestMs });
  };
  requestAnimationFrame(step);
})`;

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
try {
  process.stdout.write(formatFigures("First result, without a site", await onServer(0, measureFirstResult)));
  process.stdout.write(formatFigures("First load, 100 sites", await onServer(100, measureLoads)));
  process.stdout.write(formatFigures("10,000 sites", await onServer(10_000, measureScrolling)));
} finally {
  await browser.close();
}

type Measure = (browser: Browser, url: string, filled: FilledDatabase) => Promise<readonly Figure[]>;

async function onServer(sites: number, measure: Measure): Promise<readonly Figure[]> {
  const folder = await temporaryFolder("bench-dashboard");
  const filled = await openFilledDatabase({ sites, hourlyDays: 2, dailyDays: 30 });
  const server = startSitewire(["server", "--listen", "127.0.0.1:0"], {
    folder,
    environment: { DATABASE_URL: filled.url },
  });
  try {
    const served = z.object({ url: z.string() }).parse(JSON.parse(await server.line(/dashboard served/)));
    return await measure(browser, served.url, filled);
  } finally {
    await server.stop();
    await filled.close();
    await removeFolder(folder);
  }
}

/** From Enter in the one field of an empty dashboard to the verdict, on a website of this machine. */
async function measureFirstResult(chrome: Browser, url: string): Promise<readonly Figure[]> {
  const website = createServer((_, response) => response.end("<h1>Shop</h1>")).listen(0, "127.0.0.1");
  await once(website, "listening");
  const address = website.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const page = await openPage(chrome);
  const tookMs: number[] = [];
  for (let round = 0; round < LOADS; round += 1) {
    await page.goto(url);
    const field = page.getByLabel("Address of the site");
    await field.fill(`127.0.0.1:${port}`);
    const startedAtMs = performance.now();
    await field.press("Enter");
    await page.getByText("Up", { exact: true }).waitFor();
    tookMs.push(performance.now() - startedAtMs);
  }
  await page.context().close();
  website.close();
  return [{ name: "from Enter to the verdict", unit: "ms", value: medianOf(tookMs), atMost: 2000 }];
}

async function measureLoads(chrome: Browser, url: string): Promise<readonly Figure[]> {
  const loads: z.infer<typeof loadSchema>[] = [];
  for (let round = 0; round < LOADS; round += 1) {
    const page = await openPage(chrome);
    await page.addInitScript(NOTE_FIRST_ROW);
    await page.goto(url);
    await firstRowOf(page);
    loads.push(loadSchema.parse(await page.evaluate(READ_LOAD)));
    await page.context().close();
  }
  const median = (pick: (load: z.infer<typeof loadSchema>) => number) => medianOf(loads.map(pick));
  return [
    {
      name: "JavaScript, compressed",
      unit: "KB",
      value: median((load) => load.scriptBytes) / 1000,
      atMost: 150,
    },
    { name: "first contentful paint", unit: "ms", value: median((load) => load.paintedAtMs), atMost: 1000 },
    { name: "first row can be used", unit: "ms", value: median((load) => load.usableAtMs), atMost: 1500 },
  ];
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measureScrolling(
  chrome: Browser,
  url: string,
  filled: FilledDatabase,
): Promise<readonly Figure[]> {
  const page = await openPage(chrome);
  await page.addInitScript(NOTE_FIRST_ROW);
  await page.goto(url);
  await firstRowOf(page);
  const { usableAtMs } = loadSchema.parse(await page.evaluate(READ_LOAD));
  const mainThread = await mainThreadOf(page);
  const stop = new AbortController();
  const recording = recordEachSecond(filled, stop.signal);
  await delay(2000);
  const cpuBeforeMs = await mainThread();
  const { frames, lateFrames, longestMs } = framesSchema.parse(await page.evaluate(SCROLL));
  const cpuMs = (await mainThread()) - cpuBeforeMs;
  stop.abort();
  const recorded = await recording;
  await page.context().close();
  return [
    { name: "first row can be used", unit: "ms", value: usableAtMs },
    { name: "results recorded while scrolling", unit: "a second", value: recorded },
    { name: "frames while scrolling", unit: "a second", value: (frames * 1000) / SCROLLED_MS },
    {
      name: "processor time of the page's main thread a frame",
      unit: "ms",
      value: cpuMs / frames,
      atMost: 16.7,
    },
    { name: "frames that came late", unit: "%", value: (lateFrames * 100) / frames },
    { name: "longest frame", unit: "ms", value: longestMs },
  ];
}

/** @returns what reads the processor time of the page's main thread so far, which other processes do not lengthen. */
async function mainThreadOf(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
  };
}

/** @returns how many a second it managed. */
async function recordEachSecond(filled: FilledDatabase, signal: AbortSignal): Promise<number> {
  const startedAtMs = performance.now();
  let recorded = 0;
  while (!signal.aborted) {
    const nextMs = performance.now() + 1000;
    await recordResults(filled, UPDATES_A_SECOND);
    recorded += UPDATES_A_SECOND;
    await delay(Math.max(0, nextMs - performance.now()));
  }
  return (recorded * 1000) / (performance.now() - startedAtMs);
}

/** Until the page has noted it. */
async function firstRowOf(page: Page): Promise<void> {
  await page.locator("[data-site-link]").first().waitFor();
  await page.evaluate("new Promise((resolve) => setTimeout(resolve))");
}

async function openPage(chrome: Browser): Promise<Page> {
  const context = await chrome.newContext({ viewport: { width: 1440, height: 900 } });
  return context.newPage();
}
