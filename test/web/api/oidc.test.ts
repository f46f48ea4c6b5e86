// OpenID Connect as a browser meets it: from the button to the page that was wanted, over HTTP.
import { type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { sessionSchema } from "../../../src/contract/api/accounts/session.ts";
import { aPersonIn } from "../../harness/accounts.ts";
import { freePorts } from "../../harness/free-ports.ts";
import { aServer } from "../../harness/server.ts";
import { CLIENT, startOidcProvider } from "../../harness/servers/oidc-provider.ts";

/** `fetch` would say that a script asks. */
async function opened(address: URL, headers: OutgoingHttpHeaders): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request(address, { headers, agent: false }, resolve).on("error", reject).end();
  const response = await promise;
  response.resume();
  return response;
}

test("a person signs in with the configured provider and comes back to the page that was wanted", async () => {
  const [port = 0] = await freePorts(1);
  const provider = await startOidcProvider(`http://127.0.0.1:${port}/api/auth/callback/work`);
  onTestFinished(() => provider.stop());
  const work = {
    id: "work",
    name: "Work",
    issuer: provider.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
  };
  const server = await aServer({
    environment: { SITEWIRE_SERVER_PORT: String(port) },
    change: (resources) => {
      const oidc = [{ ...work, scopes: [], newPeople: "refuse" as const }];
      return { ...resources, configuration: { ...resources.configuration, accounts: { oidc } } };
    },
  });
  onTestFinished(() => server.close());
  await aPersonIn(server.database, { email: "ada@example.org", role: "editor" });
  provider.signInAs({ sub: "ada", email: "ada@example.org", emailVerified: true, name: "Ada" });

  const session = async (headers: object) =>
    sessionSchema.parse(await (await server.get("/api/v1/session", { headers: { ...headers } })).json());
  expect((await session({})).signInMethods.oidc).toEqual([{ id: "work", name: "Work" }]);

  const begun = await server.send("POST", "/api/auth/sign-in/social", {
    provider: "work",
    callbackURL: "/sites?tag=shop",
  });
  const { url } = (await begun.json()) as { url: string };
  const cookie = begun.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const back = await provider.authorize(url);
  // What a browser sends when another site leads it here.
  const headers = {
    cookie,
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  };
  const ended = await opened(back, headers);
  expect([ended.statusCode, ended.headers.location]).toEqual([302, "/sites?tag=shop"]);
  const signedIn = (ended.headers["set-cookie"] ?? []).map((line) => line.split(";")[0]).join("; ");
  expect(await session({ cookie: signedIn })).toMatchObject({
    person: { email: "ada@example.org", role: "editor" },
    rights: ["read", "edit"],
  });
  const [entry] = await server.database.accounts.audit.list({ limit: 1 });
  expect(entry).toMatchObject({ action: "session.started", actor: { name: "Ada" }, address: "127.0.0.1" });
});
