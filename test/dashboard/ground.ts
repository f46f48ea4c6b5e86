// A server with its dashboard, and people who look at it.
import pg from "pg";
import type { Page } from "playwright-core";
import { aPersonIn, type GivenPerson, signedInCookie } from "../harness/accounts.ts";
import type { TestServer } from "../harness/server.ts";

/** Signs a new person in, in the context of this page. */
export async function signIn(page: Page, server: TestServer, person: GivenPerson = {}): Promise<void> {
  const email = person.email ?? `${crypto.randomUUID()}@example.org`;
  await aPersonIn(server.database, { ...person, email });
  const { cookie } = await signedInCookie(server.url, email);
  const cookies = cookie.split("; ").map((pair) => {
    const [name = "", ...value] = pair.split("=");
    return { name, value: value.join("="), url: server.url };
  });
  await page.context().addCookies(cookies);
}

/** As if all sites had been watched for so long: results from before a site was known say nothing of its state. */
export async function pretendKnownForDays(server: TestServer, days: number): Promise<void> {
  const client = new pg.Client(server.databaseUrl);
  await client.connect();
  await client.query("UPDATE site_schedules SET valid_from = now() - $1 * interval '1 day'", [days]);
  await client.query("UPDATE sites SET url = url");
  await client.end();
}
