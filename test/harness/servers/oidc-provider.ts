// An OpenID Connect provider on this machine, by oidc-provider: it signs everybody in at once as the account it is told.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

interface OidcAccount {
  readonly sub: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
}

export interface RunningOidcProvider {
  readonly issuer: string;
  /** Who is signed in at the provider from now on. */
  signInAs(account: OidcAccount): void;
  /** Opens the provider's page as a browser does, and returns where it sends the browser back to. */
  authorize(address: string): Promise<URL>;
  stop(): Promise<void>;
}

export const CLIENT = { id: "sitewire", secret: "client-secret-client-secret-client-secret" };

export async function startOidcProvider(redirectUri: string): Promise<RunningOidcProvider> {
  let account: OidcAccount = {
    sub: "nobody",
    email: "nobody@example.org",
    emailVerified: false,
    name: "Nobody",
  };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    claims: { email: ["email", "email_verified"], profile: ["name"] },
    // As most providers do: the claims are in the ID token.
    conformIdTokenClaims: false,
    cookies: { keys: ["cookie-key"] },
    features: { devInteractions: { enabled: false } },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    pkce: { required: () => true },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: () => ({
      accountId: account.sub,
      claims: () => ({
        sub: account.sub,
        email: account.email,
        email_verified: account.emailVerified,
        name: account.name,
      }),
    }),
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({ accountId: account.sub, clientId: CLIENT.id });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (request.url?.startsWith("/interaction/") !== true) {
      void answer(request, response);
      return;
    }
    provider
      .interactionFinished(request, response, { login: { accountId: account.sub } })
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  return {
    issuer,
    signInAs(given) {
      account = given;
    },
    async authorize(address) {
      const cookies = new Map<string, string>();
      let url = new URL(address);
      while (url.origin === issuer) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
        const response = await fetch(url, { redirect: "manual", headers: { cookie } });
        for (const line of response.headers.getSetCookie()) {
          const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(name, value);
        }
        const location = response.headers.get("location");
        if (location === null) throw new Error(`no way back: ${response.status} ${await response.text()}`);
        url = new URL(location, url);
      }
      return url;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
