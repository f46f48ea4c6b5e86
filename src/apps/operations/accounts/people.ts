/** Lists, invites, changes and removes people, and lets somebody back in who is locked out. */
import { FailureError, UsageError } from "../../../contract/errors.ts";
import { LINK_LIFETIMES_MS } from "../../../core/accounts/link-lifetimes.ts";
import {
  type Accounts,
  LastAdministratorError,
  type LinkKind,
  type NewPerson,
  type Person,
  type PersonChange,
} from "../../../core/accounts/ports.ts";
import { createSecret, hashOfSecret } from "../../../core/accounts/secrets.ts";
import { RefusedError } from "../../../core/failures.ts";
import { type ChangedBy, recordChange } from "./audit.ts";

interface PeopleResources {
  readonly accounts: Pick<Accounts, "people" | "links" | "sessions" | "audit">;
}

const LONGEST_NAME = 200;
/** RFC 5321, section 4.5.3.1.3, without the angle brackets. */
const LONGEST_EMAIL = 254;
const EMAIL_PATTERN = /^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+$/;

/** A new link's secret; only its hash is stored. */
export interface IssuedLink {
  readonly kind: LinkKind;
  readonly person: Person | null;
  readonly secret: string;
  readonly lifetimeMs: number;
}

export async function listPeople({ accounts }: PeopleResources): Promise<readonly Person[]> {
  return await accounts.people.list();
}

/**
 * Adds a person and issues the link that sets a password. Throws `UsageError` for a wrong name or e-mail address,
 * `FailureError` for an address in use.
 */
export async function invitePerson(
  resources: PeopleResources,
  by: ChangedBy,
  { name, email, role, tags }: NewPerson,
): Promise<IssuedLink> {
  const person = await addPerson(resources, {
    name: checkedName(name),
    email: checkedEmail(email),
    role,
    tags,
  });
  await recordChange(resources, by, {
    action: "person.invited",
    target: targetOf(person),
    before: null,
    after: describe(person),
  });
  return await issueLink(resources, "invitation", person);
}

/**
 * Throws `UsageError` for a wrong name, `FailureError` for an unknown id and for the last administrator,
 * `StalePersonError` for another revision.
 */
export async function changePerson(
  resources: PeopleResources,
  by: ChangedBy,
  { id, change }: { readonly id: string; readonly change: PersonChange },
): Promise<Person> {
  const before = await onePerson(resources, id);
  const checked = change.name === undefined ? change : { ...change, name: checkedName(change.name) };
  const after = await keepingAdministrator(() => resources.accounts.people.change(before.id, checked));
  if (after === null) throw noPerson(id);
  await recordChange(resources, by, {
    action: "person.changed",
    target: targetOf(after),
    before: describe(before),
    after: describe(after),
  });
  return after;
}

/** Throws `FailureError` for an unknown person and for the last administrator. */
export async function removePerson(
  resources: PeopleResources,
  by: ChangedBy,
  id: string,
  revision?: number,
): Promise<Person> {
  const person = await onePerson(resources, id);
  const removed = await keepingAdministrator(() => resources.accounts.people.remove(person.id, revision));
  if (!removed) throw noPerson(id);
  await recordChange(resources, by, {
    action: "person.removed",
    target: targetOf(person),
    before: describe(person),
    after: null,
  });
  return person;
}

/**
 * Issues a link that sets a new password and removes second factor and passkeys when it is used. The old ones work
 * until then. Throws `FailureError` for an unknown person.
 */
export async function issueResetLink(
  resources: PeopleResources,
  by: ChangedBy,
  id: string,
): Promise<IssuedLink> {
  const person = await onePerson(resources, id);
  await recordChange(resources, by, {
    action: "person.reset-link-issued",
    target: targetOf(person),
    before: null,
    after: null,
  });
  return await issueLink(resources, person.active ? "reset" : "invitation", person);
}

/** A link that creates the first administrator; null when there is one already. */
export async function issueSetupLink(resources: PeopleResources): Promise<IssuedLink | null> {
  if (await resources.accounts.people.hasAdministrator()) return null;
  return await issueLink(resources, "setup", null);
}

/** By id, e-mail address or name. Throws `FailureError` when there is none, or several of the name. */
async function onePerson({ accounts }: PeopleResources, idEmailOrName: string): Promise<Person> {
  const found = await accounts.people.find(idEmailOrName);
  const [person, ...others] = found;
  if (person === undefined) throw noPerson(idEmailOrName);
  if (others.length === 0) return person;
  const emails = found.map(({ email }) => email).join(", ");
  throw new FailureError(`"${idEmailOrName}" names several people: give an e-mail address: ${emails}`);
}

/** What the audit log keeps of a person. */
function describe({ name, email, role, tags }: Person): object {
  return { name, email, role, tags };
}

export function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === "") throw new UsageError("name is empty: must be what others know the person by");
  if (trimmed.length > LONGEST_NAME)
    throw new UsageError(`name must have at most ${LONGEST_NAME} characters`);
  return trimmed;
}

export function checkedEmail(email: string): string {
  const trimmed = email.trim().toLowerCase();
  if (trimmed.length <= LONGEST_EMAIL && EMAIL_PATTERN.test(trimmed)) return trimmed;
  throw new UsageError(`email is "${email}": must be an e-mail address such as ada@example.org`);
}

async function addPerson({ accounts }: PeopleResources, person: NewPerson): Promise<Person> {
  try {
    return await accounts.people.add(person);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new FailureError(`somebody has the e-mail address ${person.email} already`);
  }
}

async function issueLink(
  { accounts }: PeopleResources,
  kind: LinkKind,
  person: Person | null,
): Promise<IssuedLink> {
  const secret = createSecret();
  const lifetimeMs = LINK_LIFETIMES_MS[kind];
  await accounts.links.add({ kind, hash: hashOfSecret(secret), personId: person?.id ?? null, lifetimeMs });
  return { kind, person, secret, lifetimeMs };
}

async function keepingAdministrator<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LastAdministratorError) throw new FailureError(error.message, { cause: error });
    throw error;
  }
}

function targetOf({ id, name }: Person): { kind: string; id: string; name: string } {
  return { kind: "person", id, name };
}

function noPerson(idEmailOrName: string): FailureError {
  return new FailureError(`nobody is called "${idEmailOrName}"; see: sitewire people list`);
}
