/** `/api/v1/one-time-links`: what the page `/welcome` asks. Whoever has the link's secret may use it. */
import { readLink, redeemLink } from "../../../apps/operations/accounts/one-time-links.ts";
import { takeAttempt } from "../../../apps/operations/accounts/sign-in-attempts.ts";
import {
  linkQuestionSchema,
  linkSchema,
  redeemedSchema,
  redeemSchema,
} from "../../../contract/api/accounts/one-time-links.ts";
import { refuseWhileWaiting } from "../answering/waiting.ts";
import type { RouteGroup } from "../api-server.ts";

const tags = ["accounts"];
const config = { right: "public", keepsAnswer: false } as const;

export const oneTimeLinkRoutes: RouteGroup = (server, { database }) => {
  server.post(
    "/api/v1/one-time-links/question",
    {
      config,
      schema: { summary: "What a link does", tags, body: linkQuestionSchema, response: { 200: linkSchema } },
    },
    async ({ body, ip }, reply) => {
      refuseWhileWaiting(reply, await takeAttempt(database, { address: ip, account: null }));
      const { kind, person } = await readLink(database, body.secret);
      return { kind, person: person === null ? null : { name: person.name, email: person.email } };
    },
  );

  server.post(
    "/api/v1/one-time-links/redeem",
    {
      config,
      schema: {
        summary: "Use a link: sets the password, or creates the first administrator",
        tags,
        body: redeemSchema,
        response: { 200: redeemedSchema },
      },
    },
    async ({ body, ip }, reply) => {
      refuseWhileWaiting(reply, await takeAttempt(database, { address: ip, account: null }));
      const { email } = await redeemLink(database, ip, body);
      return { email };
    },
  );
};
