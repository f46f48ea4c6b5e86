// Chromium for tests of pages: Debian's, driven by playwright-core. One browser serves a test file; each page has a
// context, and so cookies and storage, of its own.
import { existsSync } from "node:fs";
import axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { z } from "zod";
import { ensureSystemPackages } from "../system-packages.ts";

export const CHROMIUM = "/usr/bin/chromium";

/** The widths at which every page is looked at. */
export const viewports = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

export interface PageOptions {
  readonly viewport?: keyof typeof viewports;
  readonly theme?: "light" | "dark";
  readonly language?: string;
}

export interface TestBrowser {
  readonly browser: Browser;
  /** A page in a context of its own, with nothing loaded. What it logs as an error is in `errorsOf(page)`. */
  open(options?: PageOptions): Promise<Page>;
  close(): Promise<void>;
}

const errors = new WeakMap<Page, string[]>();

/** Installs Chromium where it is missing and that is possible. @throws with what to install. */
export async function startBrowser(): Promise<TestBrowser> {
  if (!existsSync(CHROMIUM)) {
    const missing = await ensureSystemPackages(["chromium"]);
    const howToInstall = missing.get("chromium");
    if (howToInstall !== undefined) throw new Error(`no Chromium: ${howToInstall}`);
  }
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    // Chromium refuses to run as root with its sandbox.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  return {
    browser,
    async open({ viewport = "desktop", theme = "light", language = "en-GB" } = {}) {
      const context = await browser.newContext({
        viewport: viewports[viewport],
        hasTouch: viewport === "phone",
        isMobile: viewport === "phone",
        colorScheme: theme,
        locale: language,
        timezoneId: "Europe/Berlin",
      });
      const page = await context.newPage();
      const logged: string[] = [];
      errors.set(page, logged);
      page.on("console", (message) => {
        if (message.type() === "error") logged.push(message.text());
      });
      page.on("pageerror", (error) => logged.push(error.message));
      return page;
    },
    close: () => browser.close(),
  };
}

/** What the page logged as errors so far: exceptions, refused requests, violations of the content security policy. */
export function errorsOf(page: Page): readonly string[] {
  return errors.get(page) ?? [];
}

const violationsSchema = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullish(),
    help: z.string(),
    nodes: z.array(z.object({ html: z.string() })),
  }),
);

/** Fails with each violation that axe finds in the page as it is now, whatever its impact. */
export async function expectAccessible(page: Page): Promise<void> {
  // A list or dialog that was closed fades out for a moment: it is no part of the page any more.
  await page.locator("[data-ending-style]").last().waitFor({ state: "detached" });
  // As an expression: the content security policy refuses script elements.
  await page.evaluate(axe.source);
  const violations = violationsSchema.parse(
    await page.evaluate("axe.run(document, { resultTypes: ['violations'] }).then((run) => run.violations)"),
  );
  expect(
    violations.map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes
          .slice(0, 3)
          .map(({ html }) => html.slice(0, 200))
          .join(" | ")}`,
    ),
    `accessibility of ${page.url()}`,
  ).toEqual([]);
}

/** Fails when the page is wider than its window, so that it scrolls sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const wider = await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  expect(wider, `${page.url()} is wider than its window, in pixels`).toBe(0);
}
