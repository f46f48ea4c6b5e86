// A status page from the command line: defined in a file, written on, exported, and opened from disk.
import { access, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { errorsOf, expectAccessible, startBrowser, type TestBrowser } from "../harness/browser/browser.ts";
import { aDeployment, type Deployment } from "../harness/deployment.ts";

let deployment: Deployment;
let browser: TestBrowser;

beforeAll(async () => {
  [deployment, browser] = await Promise.all([aDeployment(), startBrowser()]);
  await deployment.run("sites", "add", "https://shop.example/", "--name", "Shop");
  await writeFile(
    path.join(deployment.folder, "sitewire.yaml"),
    `statusPages:
  - slug: shop
    title: Example Shop
    accent: "#0f766e"
    groups:
      - name: Everything
        sites: [{ site: Shop, name: Storefront }]
`,
  );
});

afterAll(async () => {
  await Promise.all([browser.close(), deployment.remove()]);
});

test("a page of the file is listed, and written on by people", async () => {
  expect((await deployment.run("status-page", "list")).stdout).toBe("shop  Example Shop  public  file");
  const written = await deployment.run(
    "status-page",
    "notice",
    "shop",
    "--title",
    "Payments fail",
    "--text",
    "We look into it.",
    "--site",
    "Shop",
  );
  expect(written).toMatchObject({ code: 0 });
  const id = written.stdout.trim();
  const text = "It works again.";
  expect(
    await deployment.run("status-page", "update", id, "--state", "resolved", "--text", text),
  ).toMatchObject({
    code: 0,
    stdout: `updated ${id}`,
  });
});

test.each([
  [["notice", "nope", "--title", "x", "--text", "y"], 1, 'there is no status page "nope"'],
  [["notice", "shop", "--title", "x", "--text", "y", "--site", "Vault"], 1, 'shows no site "Vault"'],
  [["notice", "shop", "--title", "x", "--text", " "], 2, "the text is empty"],
  [["notice", "shop", "--title", "x", "--text", "y", "--state", "fine"], 2, '--state is "fine"'],
  [["update", "no-id", "--text", "y"], 2, '"no-id" is not the id of a notice'],
  [["export", "nope", "out"], 1, 'there is no status page "nope"'],
])("%j is refused with one line", async (args, code, line) => {
  const ended = await deployment.run("status-page", ...args);
  expect(ended).toMatchObject({ code, stdout: "" });
  expect(ended.stderr.trim().split("\n")).toHaveLength(1);
  expect(ended.stderr).toContain(line);
});

test("an exported page opens from disk, with its history, and needs no server", async () => {
  expect(await deployment.run("status-page", "export", "shop", "out")).toMatchObject({ code: 0 });
  const folder = path.join(deployment.folder, "out");
  expect((await readdir(path.join(folder, "badges"))).sort()).toEqual([
    "storefront-response.svg",
    "storefront-status.svg",
    "storefront-uptime.svg",
  ]);
  // Every address leads to a file beside it: none to a server that may be gone.
  for (const file of ["index.html", "history.html"]) {
    const html = await readFile(path.join(folder, file), "utf8");
    const addresses = [...html.matchAll(/(?:href|src)="([^"#]+)/g)].map(([, address = ""]) => address);
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses.filter((each) => !each.startsWith("data:"))) {
      expect(await access(path.join(folder, address)), address).toBeUndefined();
    }
  }
  const page = await browser.open();
  await page.goto(pathToFileURL(path.join(folder, "index.html")).href);
  expect(await page.textContent("main")).toContain("Payments fail");
  expect(await page.evaluate("getComputedStyle(document.body).borderTopColor")).toBe("rgb(15, 118, 110)");
  await page.click("text=History");
  expect(await page.textContent("main")).toContain("Storefront");
  // axe reads the styles anew, which a browser refuses to pages from disk.
  expect(errorsOf(page)).toEqual([]);
  await expectAccessible(page);
});
