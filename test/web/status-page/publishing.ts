// A server with status pages, and requests to it under any host name.
import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { z } from "zod";
import { defineSite } from "../../../src/contract/checks/site.ts";
import { statusPageSchema } from "../../../src/contract/settings/status-page.ts";
import { hashPassword } from "../../../src/core/accounts/password.ts";
import { aServer, type TestServer, type TestServerOptions } from "../../harness/server.ts";

export const shop = defineSite({
  url: "https://shop.example/?key=secret-key",
  name: "Shop",
  tags: ["public"],
});
export const vault = defineSite({ url: "https://vault.example/", name: "Vault" });

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Publishing extends TestServer {
  publish(page: z.input<typeof statusPageSchema>, password?: string): Promise<void>;
  /** Sends exactly these headers; `fetch` would set Host and Origin itself. */
  ask(path: string, asking?: Asking): Promise<Answer>;
}

/** With two sites, of which one is for the public. */
export async function aPublishingServer(options: TestServerOptions = {}): Promise<Publishing> {
  const server = await aServer(options);
  await server.database.sites.save([shop, vault]);
  return {
    ...server,
    async publish(page, password) {
      await server.database.statusPages.add({
        page: statusPageSchema.parse(page),
        passwordHash: password === undefined ? null : await hashPassword(password),
        by: "Ann",
      });
    },
    async ask(path, { method = "GET", headers = {}, body } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const { hostname, port } = new URL(server.url);
      const outgoing = request({ host: hostname, port, path, method, headers, agent: false }, (response) => {
        text(response).then(
          (answer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }),
          reject,
        );
      });
      outgoing.on("error", reject);
      outgoing.end(body);
      return await promise;
    },
  };
}
