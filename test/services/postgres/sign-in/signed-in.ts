// Sign-in over a database of its own, with people who have passwords.
import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { invitePerson } from "../../../../src/apps/operations/accounts/people.ts";
import { hashPassword } from "../../../../src/core/accounts/password.ts";
import type { Accounts, Person } from "../../../../src/core/accounts/ports.ts";
import type { Role } from "../../../../src/core/accounts/rights.ts";
import { hashOfSecret } from "../../../../src/core/accounts/secrets.ts";
import type { OidcProvider, SignIn, SignInOptions } from "../../../../src/core/accounts/sign-in.ts";
import type { Database } from "../../../../src/core/database.ts";
import { openPostgres } from "../../../../src/services/postgres/database.ts";
import { sharedPostgres } from "../../../harness/shared.ts";
import { plainSql, settingsOf } from "../ground.ts";
import { quietLog } from "../quiet-log.ts";
import { type Browser, openBrowser } from "./browser.ts";

export const ORIGIN = "http://localhost:8642";
export const PASSWORD = "correct horse battery";

export interface SignInGround {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly signIn: SignIn;
  /** All rows of a table as text. */
  dump(table: string): Promise<string>;
  browser(): Browser;
  aPerson(given?: { readonly role?: Role; readonly email?: string }): Promise<Person>;
  /** A browser in which the person has signed in. */
  signedIn(person: Person): Promise<Browser>;
}

export async function signInGround(
  given: Partial<SignInOptions> & { readonly oidc?: readonly OidcProvider[] } = {},
): Promise<SignInGround> {
  const created = await sharedPostgres().createDatabase();
  const database = await openPostgres({ settings: settingsOf(created.url), log: quietLog });
  onTestFinished(async () => {
    await database.close();
    await created.drop();
  });
  await database.migrate();
  const { accounts } = database;
  const signIn = await accounts.openSignIn({
    publicUrl: `${ORIGIN}/`,
    otherOrigins: ["http://127.0.0.1:8642"],
    secret: null,
    sessionLifetimeMs: 3_600_000,
    oidc: [],
    ...given,
  });
  const query = await plainSql(created.url);
  const browser = (): Browser => openBrowser(signIn, ORIGIN);
  return {
    database,
    accounts,
    signIn,
    browser,
    dump: async (table) => JSON.stringify(await query(`SELECT * FROM ${table}`)),
    async aPerson({ role = "viewer", email = `${randomUUID()}@example.org` } = {}) {
      const by = { actor: { kind: "command line", id: null, name: "test" }, address: null } as const;
      const { secret } = await invitePerson({ accounts }, by, { name: "Ada", email, role, tags: null });
      const person = await accounts.links.redeemForPerson(hashOfSecret(secret), await hashPassword(PASSWORD));
      if (person === null) throw new Error("the invitation did not work");
      return person;
    },
    async signedIn({ email }) {
      const opened = browser();
      const answer = await opened.post("/api/auth/sign-in/email", { email, password: PASSWORD });
      if (answer.status !== 200) throw new Error(`not signed in: ${answer.status} ${await answer.text()}`);
      return opened;
    },
  };
}
