/**
 * `npm run screenshots`: pictures of the dashboard for docs/images, from a server on a database filled for it. Needs
 * Chromium at /usr/bin/chromium.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { z } from "zod";
import { type FilledDatabase, openFilledDatabase } from "../bench/server/filled-database.ts";
import { startSitewire } from "../test/harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../test/harness/temporary-folder.ts";

const SITES = 64;
const images = fileURLToPath(new URL("../docs/images/", import.meta.url));
const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
const screen = { width: 1920, height: 1080 };

const pictures = [
  { name: "sites-light", path: "/", theme: "light", viewport: desktop },
  { name: "sites-dark", path: "/", theme: "dark", viewport: desktop },
  { name: "sites-phone", path: "/", theme: "light", viewport: phone },
  { name: "sites-groups", path: "/?group=tag", theme: "light", viewport: desktop },
  { name: "wall", path: "/wall", theme: "dark", viewport: screen },
] as const;

mkdirSync(images, { recursive: true });
const folder = await temporaryFolder("screenshots");
const filled = await openFilledDatabase({ sites: SITES, hourlyDays: 2, dailyDays: 40 });
await describeSites(filled);
const server = startSitewire(["server", "--listen", "127.0.0.1:0"], {
  folder,
  environment: { DATABASE_URL: filled.url },
});
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
try {
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(await server.line(/dashboard served/)));
  for (const picture of pictures) await take(browser, url, picture);
} finally {
  await browser.close();
  await server.stop();
  await filled.close();
  await removeFolder(folder);
}

async function take(
  chrome: Browser,
  url: string,
  { name, path, theme, viewport }: (typeof pictures)[number],
) {
  const isPhone = viewport === phone;
  const context = await chrome.newContext({
    viewport,
    colorScheme: theme,
    locale: "en-GB",
    isMobile: isPhone,
    hasTouch: isPhone,
    deviceScaleFactor: isPhone ? 2 : 1,
  });
  const page = await context.newPage();
  await page.goto(url.replace(/\/$/, "") + path);
  await page.getByText("Accounts Berlin").first().waitFor();
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  await page.screenshot({ path: `${images}${name}.png` });
  await context.close();
}

/** Names, tags and a day with some trouble, the same at each run. */
async function describeSites({ sql }: FilledDatabase): Promise<void> {
  const numbered = "(SELECT id, row_number() OVER (ORDER BY url)::integer AS number FROM sites) AS numbered";
  await sql(
    `UPDATE sites SET
       name = (ARRAY['Shop','Checkout','Accounts','Search','Docs','API','Mail','Blog'])[1 + number % 8]
         || (ARRAY[' Berlin',' Dublin',' Oslo',' Lisbon',' Tokyo',' Sydney',' Toronto',' Austin'])[1 + number / 8 % 8],
       url = 'https://' || (ARRAY['shop','checkout','accounts','search','docs','api','mail','blog'])[1 + number % 8]
         || '-' || number || '.example/',
       tags = ARRAY[(ARRAY['web','payments','internal'])[1 + number % 3], (ARRAY['eu','us','apac'])[1 + number / 8 % 3]]
     FROM ${numbered} WHERE numbered.id = sites.id`,
  );
  const trouble = "(number * 7 + extract(hour FROM hour)::integer * 3) % 97";
  await sql(
    `UPDATE uptime_hourly SET
       down = CASE WHEN ${trouble} = 1 THEN 4 ELSE 0 END,
       degraded = CASE WHEN ${trouble} = 2 THEN 5 ELSE 0 END,
       up = 60 - CASE WHEN ${trouble} = 1 THEN 4 WHEN ${trouble} = 2 THEN 5 ELSE 0 END,
       p95_ms = 60 + number * 37 % 400 + extract(hour FROM hour)::integer * 13 % 40
     FROM ${numbered} WHERE numbered.id = site_id`,
  );
  await sql(
    `UPDATE uptime_daily SET down = CASE WHEN number % 5 = 0 THEN 1 ELSE 0 END, up = 1440 - CASE WHEN number % 5 = 0 THEN 1 ELSE 0 END
     FROM ${numbered} WHERE numbered.id = site_id`,
  );
  await sql(
    `UPDATE site_state SET
       verdict = (CASE number WHEN 9 THEN 'down' WHEN 20 THEN 'degraded' ELSE 'up' END)::verdict,
       status_code = CASE number WHEN 9 THEN 503 ELSE 200 END,
       error_code = CASE number WHEN 9 THEN 'status_unexpected' WHEN 20 THEN 'response_slow' END,
       error_message = CASE number WHEN 9 THEN '503 Service Unavailable, expected 200-399' WHEN 20 THEN '2,140 ms is more than 2,000 ms' END,
       certificate_expires_at = now() + (5 + number * 11 % 300) * interval '1 day'
     FROM ${numbered} WHERE numbered.id = site_id`,
  );
  await sql("UPDATE sites SET url = url");
}
