/** `/api/v1/session`: who makes this request. */
import { isIP } from "node:net";
import { type Session, sessionSchema } from "../../../contract/api/accounts/session.ts";
import type { Person } from "../../../core/accounts/ports.ts";
import type { RouteGroup } from "../api-server.ts";

export const sessionRoutes: RouteGroup = (server, { database, configuration }) => {
  server.get(
    "/api/v1/session",
    {
      config: { right: "public" },
      schema: { summary: "Who is signed in", tags: ["accounts"], response: { 200: sessionSchema } },
    },
    async ({ actor, session, headers }) => ({
      person: session === null ? null : shownPerson(session.person),
      rights: [...actor.rights],
      setupNeeded: session === null && !(await database.accounts.people.hasAdministrator()),
      signInMethods: {
        password: true as const,
        passkey: hasHostName(headers.host),
        oidc: configuration.accounts.oidc.map(({ id, name }) => ({ id, name })),
      },
    }),
  );
};

function shownPerson({ id, name, email, role, secondFactor }: Person): Session["person"] {
  return { id, name, email, role, secondFactor };
}

/** Browsers make passkeys for host names only (Web Authentication Level 3, section 5.1.2). */
function hasHostName(host: string | undefined): boolean {
  const name = host?.replace(/:\d+$/, "").replace(/^\[|\]$/g, "") ?? "";
  return name !== "" && isIP(name) === 0;
}
