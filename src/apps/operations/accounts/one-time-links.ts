/** Uses one-time links: the first administrator's, an invitation, the way back in. */
import { FailureError, UsageError } from "../../../contract/errors.ts";
import { hashPassword, passwordProblem } from "../../../core/accounts/password.ts";
import type { Accounts, OneTimeLink, Person } from "../../../core/accounts/ports.ts";
import { hashOfSecret } from "../../../core/accounts/secrets.ts";
import { type ChangedBy, recordChange } from "./audit.ts";
import { checkedEmail, checkedName, issueSetupLink } from "./people.ts";

interface LinkResources {
  readonly accounts: Pick<Accounts, "links" | "audit">;
}

export interface Redemption {
  readonly secret: string;
  readonly password: string;
  /** For a `setup` link. */
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

const OVER = "the link was used, replaced or has expired: ask for another one";

/** What the link does. Throws `FailureError` when it is no longer valid. */
export async function readLink({ accounts }: LinkResources, secret: string): Promise<OneTimeLink> {
  const link = await accounts.links.find(hashOfSecret(secret));
  if (link === null) throw new FailureError(OVER);
  return link;
}

/**
 * Sets the password, and for a `setup` link creates the first administrator. Throws `UsageError` for a wrong field, which
 * leaves the link as it is, and `FailureError` when the link is no longer valid.
 */
export async function redeemLink(
  resources: LinkResources,
  address: string | null,
  { secret, password, name, email }: Redemption,
): Promise<Person> {
  const { links } = resources.accounts;
  const hash = hashOfSecret(secret);
  const { kind } = await readLink(resources, secret);
  const problem = passwordProblem(password);
  if (problem !== null) throw new UsageError(`password ${problem}`);
  const setup = kind === "setup" ? { name: checkedName(name ?? ""), email: checkedEmail(email ?? "") } : null;
  const passwordHash = await hashPassword(password);
  const person =
    setup === null
      ? await links.redeemForPerson(hash, passwordHash)
      : await links.redeemSetup(hash, { ...setup, passwordHash });
  if (person === null) throw new FailureError(OVER);
  const by: ChangedBy = { actor: { kind: "person", id: person.id, name: person.name }, address };
  await recordChange(resources, by, {
    action: `person.${ACTIONS[kind]}`,
    target: { kind: "person", id: person.id, name: person.name },
    before: null,
    after: setup === null ? null : { name: person.name, email: person.email, role: person.role },
  });
  return person;
}

/**
 * Creates the first administrator without a browser. Throws `UsageError` for a wrong field and `FailureError` when there
 * is an administrator already.
 */
export async function setUpAdministrator(
  resources: LinkResources & { readonly accounts: Pick<Accounts, "people" | "sessions"> },
  { email, name, password }: { readonly email: string; readonly name: string; readonly password: string },
): Promise<Person> {
  const link = await issueSetupLink(resources);
  if (link === null) {
    throw new FailureError(
      "there is an administrator already; invite others by: sitewire people add EMAIL --role administrator",
    );
  }
  return await redeemLink(resources, null, { secret: link.secret, email, name, password });
}

const ACTIONS = {
  setup: "set-up",
  invitation: "invitation-accepted",
  reset: "reset",
} as const;
