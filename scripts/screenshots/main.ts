/**
 * `npm run screenshots`: pictures of the dashboard and of a status page for docs/images, from a server on a database
 * filled for it. `npm run screenshots -- FOLDER` takes every page at both widths, in both themes and languages, to look at.
 * Needs Chromium at /usr/bin/chromium.
 */
import { mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { openFilledDatabase } from "../../bench/server/filled-database.ts";
import { aPersonIn, signedInCookie } from "../../test/harness/accounts.ts";
import { startBrowser } from "../../test/harness/browser/browser.ts";
import { startSitewire } from "../../test/harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../../test/harness/temporary-folder.ts";
import { describeSites, recordOutages } from "./example-sites.ts";
import { everyPicture, type Picture, picturesOfDocs } from "./pictures.ts";
import { settingsFile } from "./settings-file.ts";

const SITES = 64;
const ADMINISTRATOR = "ada@example.org";
/** Charts are drawn once their data and their size are known. */
const PAINTED_AFTER_MS = 800;

const [given] = process.argv.slice(2);
const images = given ?? path.join(import.meta.dirname, "..", "..", "docs", "images");
mkdirSync(images, { recursive: true });
const folder = await temporaryFolder("screenshots");
await writeFile(path.join(folder, "sitewire.yaml"), settingsFile);
const filled = await openFilledDatabase({ sites: SITES, hourlyDays: 2, dailyDays: 100 });
await describeSites(filled);
const siteId = await recordOutages(filled);
const [incident] = await filled.sql("SELECT id FROM incidents ORDER BY opened_at DESC LIMIT 1");
await aPersonIn(filled.database, { email: ADMINISTRATOR });
const server = startSitewire(["server", "--listen", "127.0.0.1:0"], {
  folder,
  environment: { DATABASE_URL: filled.url },
});
const chromium = await startBrowser();
try {
  const served = z.object({ url: z.string() }).parse(JSON.parse(await server.line(/dashboard served/)));
  const url = served.url.replace(/\/$/, "");
  const { cookie } = await signedInCookie(url, ADMINISTRATOR);
  const ids = { siteId, incidentId: String(incident?.id) };
  for (const picture of given === undefined ? picturesOfDocs(ids) : everyPicture(ids))
    await take(url, cookie, picture);
} finally {
  await chromium.close();
  await server.stop();
  await filled.close();
  await removeFolder(folder);
}

async function take(url: string, cookie: string, picture: Picture): Promise<void> {
  const { name, path: address, theme, viewport, language, whole } = picture;
  const isPhone = viewport.width < 600;
  const context = await chromium.browser.newContext({
    viewport,
    colorScheme: theme,
    locale: language,
    timezoneId: "Europe/Berlin",
    isMobile: isPhone,
    hasTouch: isPhone,
    deviceScaleFactor: isPhone ? 2 : 1,
    extraHTTPHeaders: { cookie },
  });
  const page = await context.newPage();
  await page.goto(url + address);
  await page.locator("main, [role=main]").first().waitFor();
  // What a page reads is on it once it asks for nothing more than the stream of changes.
  await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  await page.waitForTimeout(PAINTED_AFTER_MS);
  await page.screenshot({ path: path.join(images, `${name}.png`), fullPage: whole });
  await context.close();
}
