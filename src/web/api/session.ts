/** `/api/v1/session`: who makes this request. */
import { sessionSchema } from "../../contract/api/session.ts";
import type { RouteGroup } from "./api-server.ts";

export const sessionRoutes: RouteGroup = (server, { database }) => {
  server.get(
    "/api/v1/session",
    {
      config: { right: "public" },
      schema: { summary: "Who is signed in", tags: ["accounts"], response: { 200: sessionSchema } },
    },
    async ({ actor }) => ({
      person: null,
      rights: [...actor.rights],
      setupNeeded: !(await database.accounts.people.hasAdministrator()),
      signInMethods: { password: true as const, passkey: false, oidc: [] },
    }),
  );
};
