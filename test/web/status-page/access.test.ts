// Who sees which status page, under which host name, and that nobody else learns anything of it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../../harness/eventually.ts";
import { aPublishingServer, type Publishing } from "./publishing.ts";

const password = "correct horse battery";
const documents = ["", "/history", "/feed.atom", "/feed.rss", "/calendar.ics", "/summary.json"];
const badges = ["/badges/vault/status.svg", "/badges/vault/uptime.svg", "/badges/vault/response.svg"];

let server: Publishing;

beforeAll(async () => {
  server = await aPublishingServer();
  const groups = [{ sites: [{ site: "Shop" }] }];
  await server.publish({ slug: "shop", title: "Shop status", groups, hostNames: ["status.shop.example"] });
  await server.publish(
    {
      slug: "vault",
      title: "Vault status",
      groups: [{ name: "Inner rooms", sites: [{ site: "Vault" }] }],
      visibility: "password",
      hostNames: ["status.vault.example"],
    },
    password,
  );
  await server.publish({
    slug: "staff",
    title: "Staff status",
    groups: [{ sites: [{ site: "Vault" }] }],
    visibility: "signed-in",
  });
  await eventually("the pages are served", async () => {
    const answers = await Promise.all([
      server.ask("/", { headers: { host: "status.shop.example" } }),
      server.ask("/status/vault"),
    ]);
    return answers.every(({ status }) => status !== 404 && status !== 421);
  });
});

afterAll(async () => {
  await server.close();
});

async function pass(slug: string): Promise<string> {
  const body = new URLSearchParams({ password }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await server.ask(`/status/${slug}/enter`, { method: "POST", headers, body });
  expect(answer.status).toBe(303);
  return String(answer.headers["set-cookie"]).split(";")[0] ?? "";
}

describe("a public page", () => {
  test("is for everybody, in every form, without a cookie", async () => {
    for (const path of documents) {
      const answer = await server.ask(`/status/shop${path}`);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers["cache-control"]).toMatch(/^public/);
      expect(answer.headers).not.toHaveProperty("set-cookie");
    }
  });

  test("holds no address of a site, as it may hold a secret", async () => {
    for (const path of documents) {
      expect((await server.ask(`/status/shop${path}`)).body).not.toContain("secret-key");
    }
  });

  test("may be embedded elsewhere as a badge, and read by other websites as JSON, but not framed", async () => {
    const elsewhere = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    const badge = await server.ask("/status/shop/badges/shop/status.svg", { headers: elsewhere });
    expect(badge.status).toBe(200);
    expect(badge.headers["content-type"]).toMatch(/^image\/svg/);
    expect(badge.headers["cross-origin-resource-policy"]).toBe("cross-origin");
    expect((await server.ask("/status/shop/summary.json")).headers["access-control-allow-origin"]).toBe("*");
    const page = await server.ask("/status/shop");
    expect(page.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(page.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("that has not changed costs its reader no bytes", async () => {
    const { headers } = await server.ask("/status/shop/summary.json");
    const again = await server.ask("/status/shop/summary.json", {
      headers: { "if-none-match": String(headers.etag) },
    });
    expect([again.status, again.body]).toEqual([304, ""]);
  });
});

describe("a host name of its own", () => {
  test("shows its page at /, and every document of it", async () => {
    const headers = { host: "status.shop.example" };
    expect((await server.ask("/", { headers })).body).toContain("Shop status");
    for (const path of documents) {
      expect((await server.ask(path === "" ? "/" : path, { headers })).status).toBe(200);
    }
    expect((await server.ask("/history", { headers })).body).not.toContain('href="/status/shop');
  });

  test.for([
    "/status/vault",
    "/status/vault/summary.json",
    "/status/staff",
    "/api/v1/session",
    "/api/v1/sites",
    "/sites",
    "/index.html",
    "/../vault",
    "//status/vault",
    "/..%2fvault",
  ])("shows nothing else: %s", async (path) => {
    const answer = await server.ask(path, { headers: { host: "status.shop.example" } });
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain("Vault");
  });

  test("that is nobody's is refused", async () => {
    const answer = await server.ask("/status/shop", { headers: { host: "evil.example" } });
    expect(answer.status).toBe(421);
  });
});

describe("a page with a password", () => {
  test.for([...documents, ...badges])("tells nothing without it: %s", async (path) => {
    const answer = await server.ask(`/status/vault${path}`);
    expect(answer.status).toBe(401);
    expect(answer.body).not.toMatch(/vault status|inner rooms|>vault</i);
    expect(answer.headers["cache-control"]).toBe("no-store");
  });

  test("tells nothing about which badges there are", async () => {
    const [there, missing] = await Promise.all(
      ["vault", "nothing"].map((key) => server.ask(`/status/vault/badges/${key}/status.svg`)),
    );
    expect(missing?.status).toBe(there?.status);
    expect(missing?.body).toBe(there?.body);
  });

  test("opens with it, and is kept by no cache", async () => {
    const cookie = await pass("vault");
    for (const path of [...documents, ...badges]) {
      const answer = await server.ask(`/status/vault${path}`, { headers: { cookie } });
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers["cache-control"]).toBe("private, no-store");
      expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  test("stays closed to a wrong password, a made-up pass and another page's", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const wrong = await server.ask("/status/vault/enter", {
      method: "POST",
      headers,
      body: "password=wrong",
    });
    expect(wrong.status).toBe(401);
    expect(wrong.headers).not.toHaveProperty("set-cookie");
    const [, value = ""] = (await pass("vault")).split("=");
    const [until = "", proof = ""] = value.split(".");
    for (const forged of [
      `${until}.${"A".repeat(43)}`,
      `${Number(until) + 1}.${proof}`,
      `1.${proof}`,
      "x",
      "",
    ]) {
      const answer = await server.ask("/status/vault", {
        headers: { cookie: `sitewire_page_vault=${forged}` },
      });
      expect(answer.status).toBe(401);
    }
  });

  test("closes again for everybody when the password changes", async () => {
    const cookie = await pass("vault");
    const stored = (await server.database.statusPages.list()).find(({ page }) => page.slug === "vault");
    const passwordHash = "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAA";
    const page = stored?.page ?? expect.fail("no page");
    await server.database.statusPages.replace({ page, passwordHash, by: "Ann" }, stored?.revision);
    await eventually("the pass is refused", async () => {
      return (await server.ask("/status/vault", { headers: { cookie } })).status === 401;
    });
  });

  test("takes its password from no form of another website", async () => {
    const answer = await server.ask("/status/vault/enter", {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        origin: "https://evil.example",
      },
      body: new URLSearchParams({ password }).toString(),
    });
    expect(answer.status).toBe(403);
  });

  test("bears no guessing: after ten wrong passwords the next attempt waits", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const statuses = [];
    for (let n = 0; n < 11; n += 1) {
      statuses.push(
        (await server.ask("/status/vault/enter", { method: "POST", headers, body: "password=x" })).status,
      );
    }
    expect(statuses.at(-1)).toBe(429);
  });
});

test("a page for people who are signed in is for everybody else as if it were not there, also on this machine", async () => {
  for (const path of [...documents, "/subscribe", "/confirm", "/badges/vault/status.svg"]) {
    const [staff, nowhere] = await Promise.all(
      ["staff", "nowhere"].map((slug) => server.ask(`/status/${slug}${path}`)),
    );
    expect(staff?.status).toBe(404);
    expect(staff?.body).toBe(nowhere?.body);
    const telling = ({ headers }: NonNullable<typeof staff>) => {
      const { date: _date, "x-ratelimit-remaining": _remaining, ...rest } = headers;
      return rest;
    };
    expect(staff && telling(staff)).toEqual(nowhere && telling(nowhere));
  }
});
