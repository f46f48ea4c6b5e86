// People and tokens of a server under test.
import { invitePerson } from "../../src/apps/operations/accounts/people.ts";
import { createAccessToken } from "../../src/apps/operations/accounts/tokens.ts";
import { hashPassword } from "../../src/core/accounts/password.ts";
import type { Person } from "../../src/core/accounts/ports.ts";
import type { Right, Role } from "../../src/core/accounts/rights.ts";
import { hashOfSecret } from "../../src/core/accounts/secrets.ts";
import type { Database } from "../../src/core/database.ts";

export const PASSWORD = "correct horse battery";

const by = { actor: { kind: "command line", id: null, name: "test" }, address: null } as const;

export interface GivenPerson {
  readonly email?: string;
  readonly name?: string;
  readonly role?: Role;
  readonly tags?: readonly string[] | null;
}

/** A person who can sign in with `PASSWORD`. */
export async function aPersonIn(
  { accounts }: Pick<Database, "accounts">,
  { email = "ada@example.org", name = "Ada", role = "administrator", tags = null }: GivenPerson = {},
): Promise<Person> {
  const { secret } = await invitePerson({ accounts }, by, { name, email, role, tags });
  const person = await accounts.links.redeemForPerson(hashOfSecret(secret), await hashPassword(PASSWORD));
  if (person === null) throw new Error("the invitation did not work");
  return person;
}

/** The header of a new token. */
export async function tokenHeader(
  { accounts }: Pick<Database, "accounts">,
  scope: Right,
  {
    tags = null,
    ownerId = null,
  }: { readonly tags?: readonly string[] | null; readonly ownerId?: string | null } = {},
): Promise<{ readonly authorization: string }> {
  const wanted = { name: "test", scopes: [scope], tags, ownerId, lifetimeMs: null };
  const { secret } = await createAccessToken({ accounts }, by, wanted, Date.now());
  return { authorization: `Bearer ${secret}` };
}

/** Signs in over HTTP, and returns the cookie to send from then on. */
export async function signedInCookie(
  url: string,
  email: string,
  password = PASSWORD,
): Promise<{ readonly cookie: string }> {
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-sitewire": "1" },
    body: JSON.stringify({ email, password }),
  });
  if (answer.status !== 200) throw new Error(`not signed in: ${answer.status} ${await answer.text()}`);
  return {
    cookie: answer.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; "),
  };
}
