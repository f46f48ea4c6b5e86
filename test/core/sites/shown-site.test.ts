// What of a site is shown.
import { expect, test } from "vitest";
import { shownUrl } from "../../../src/contract/checks/shown-url.ts";
import { defineSite } from "../../../src/contract/checks/site.ts";
import { shownSite } from "../../../src/core/sites/shown-site.ts";

test("no secret of a site is shown, and the rest is", () => {
  const site = defineSite({
    url: "https://user:hunter2@a.example/",
    name: "a",
    options: {
      headers: { authorization: "hunter2", "x-api-key": "hunter2", accept: "text/html" },
      authentication: { type: "basic", username: "u", password: "hunter2" },
      tls: { certificate: "PEM", key: "hunter2" },
      proxy: "http://u:hunter2@proxy.example:3128",
    },
  });
  const shown = shownSite(site);
  expect(JSON.stringify(shown)).not.toContain("hunter2");
  expect(shown).toMatchObject({ url: "https://user:***@a.example/", name: "a" });
  expect(shown.options.headers?.accept).toBe("text/html");
  const bearer = defineSite({
    url: "https://a.example/",
    options: { authentication: { type: "bearer", token: "hunter2" } },
  });
  expect(JSON.stringify(shownSite(bearer))).not.toContain("hunter2");
});

test.each([
  ["https://a.example/x@y", "https://a.example/x@y"],
  ["https://u@a.example/", "https://u@a.example/"],
  ["https://u:p%2Fw@a.example/", "https://u:***@a.example/"],
  ["http//u:p@a.example/", "***@a.example/"],
  ["https://u:p/w@a.example/", "https://***@a.example/"],
  ["u:p@h", "***@h"],
])("%s is shown as %s", (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});
