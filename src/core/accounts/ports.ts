/** Ports for accounts: people, sessions, tokens, one-time links, and counted attempts. */
import type { AuditLog } from "./audit-entries.ts";
import type { Right, Role } from "./rights.ts";
import type { SignIn, SignInOptions } from "./sign-in.ts";

export interface Person {
  readonly id: string;
  readonly name: string;
  /** Lower case, unique. */
  readonly email: string;
  readonly role: Role;
  /** Sees only sites with one of these tags; null sees all sites. */
  readonly tags: readonly string[] | null;
  /** False until the person has a way to sign in. */
  readonly active: boolean;
  readonly secondFactor: boolean;
  readonly passkeys: number;
  /** Grows with every change of name, role or tags. */
  readonly revision: number;
  /** Milliseconds since the epoch, as are the following. */
  readonly createdAtMs: number;
  readonly lastSignedInAtMs: number | null;
}

export interface NewPerson {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly tags: readonly string[] | null;
}

/** What is undefined stays. */
export interface PersonChange {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly tags?: readonly string[] | null | undefined;
  /** The revision that is to be changed; any when undefined. */
  readonly revision?: number | undefined;
}

/** Every method of these stores throws `UnavailableError` while the database cannot serve. */
export interface PeopleStore {
  /** By name. */
  list(): Promise<readonly Person[]>;
  /** By id, e-mail address or name; several when a name is not unique. */
  find(idEmailOrName: string): Promise<readonly Person[]>;
  /** Throws `RefusedError` when the e-mail address is in use. */
  add(person: NewPerson): Promise<Person>;
  /**
   * Changes what is given; null when no person has the id. Ends the person's sessions where the role changes. Throws
   * `LastAdministratorError`, and `StalePersonError` where a `revision` is given that is not the present one.
   */
  change(id: string, change: PersonChange): Promise<Person | null>;
  /** Also ends the person's sessions and tokens. False when no person has the id. Throws as `change`. */
  remove(id: string, revision?: number): Promise<boolean>;
  /** Whether an administrator who can sign in exists. */
  hasAdministrator(): Promise<boolean>;
}

/** Nobody could administer Sitewire after this change. */
export class LastAdministratorError extends Error {
  override readonly name = "LastAdministratorError";

  constructor() {
    super("this is the last administrator who can sign in: make somebody else administrator first");
  }
}

/** Somebody else has changed the person meanwhile. */
export class StalePersonError extends Error {
  override readonly name = "StalePersonError";
}

export interface Session {
  readonly id: string;
  readonly personId: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly address: string | null;
  readonly userAgent: string | null;
}

export interface FoundSession {
  readonly session: Session;
  readonly person: Person;
}

export interface SessionStore {
  /** The session with this hash (`hashOfSecret`), when it has not expired. */
  find(hash: string): Promise<FoundSession | null>;
  /** A person's sessions, newest first. */
  list(personId: string): Promise<readonly Session[]>;
  /** False when the person has no such session. */
  end(personId: string, sessionId: string): Promise<boolean>;
  /** Returns how many ended. */
  endAll(personId: string): Promise<number>;
  /** Notes that the session with this hash began now; null when there is none. */
  noteStart(hash: string): Promise<FoundSession | null>;
}

export interface AccessToken {
  readonly id: string;
  readonly name: string;
  /** As `shownBeginning`. */
  readonly beginning: string;
  readonly scopes: readonly Right[];
  readonly tags: readonly string[] | null;
  readonly ownerId: string | null;
  readonly ownerName: string | null;
  readonly createdAtMs: number;
  /** Null: never. */
  readonly expiresAtMs: number | null;
  readonly lastUsedAtMs: number | null;
}

export interface FoundToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Right[];
  readonly tags: readonly string[] | null;
  readonly owner: Person | null;
}

export interface NewToken {
  readonly name: string;
  readonly hash: string;
  readonly beginning: string;
  readonly scopes: readonly Right[];
  readonly tags: readonly string[] | null;
  readonly ownerId: string | null;
  readonly expiresAtMs: number | null;
}

export interface TokenStore {
  /** Newest first; of one person, or of all. */
  list(ownerId: string | null): Promise<readonly AccessToken[]>;
  add(token: NewToken): Promise<AccessToken>;
  /** The token with this hash, when it has not expired. Notes its use, at most once a minute. */
  find(hash: string): Promise<FoundToken | null>;
  /** The revoked token; null when there is none with this id (of this person, where one is given). */
  revoke(id: string, ownerId: string | null): Promise<AccessToken | null>;
}

/** `setup` creates the first administrator; `invitation` and `reset` set a person's password. */
export type LinkKind = "setup" | "invitation" | "reset";

export interface OneTimeLink {
  readonly kind: LinkKind;
  /** Null for `setup`. */
  readonly person: Person | null;
}

export interface NewLink {
  readonly kind: LinkKind;
  readonly hash: string;
  readonly personId: string | null;
  readonly lifetimeMs: number;
}

export interface LinkStore {
  /** Replaces the person's earlier links. */
  add(link: NewLink): Promise<void>;
  /** A link that was not used and has not expired; null otherwise. A `setup` link ends with the first administrator. */
  find(hash: string): Promise<OneTimeLink | null>;
  /** Uses a `setup` link, once. Null when it is no longer valid, or when somebody else was faster. */
  redeemSetup(
    hash: string,
    administrator: { name: string; email: string; passwordHash: string },
  ): Promise<Person | null>;
  /**
   * Uses an `invitation` or a `reset`, once: sets the password, and ends the person's sessions. A `reset` also removes
   * the second factor and the passkeys, which may be what was lost. Null when the link is no longer valid.
   */
  redeemForPerson(hash: string, passwordHash: string): Promise<Person | null>;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

/** What verifying a passkey takes (Web Authentication Level 3, section 7). */
export interface StoredPasskey {
  readonly personId: string;
  /** base64url. */
  readonly credentialId: string;
  /** COSE. */
  readonly publicKey: Uint8Array;
  /** Of signatures; grows, unless the authenticator has none. */
  readonly counter: number;
  readonly transports: readonly string[];
}

export interface NewPasskey extends StoredPasskey {
  readonly name: string;
}

export interface PasskeyStore {
  /** A person's passkeys, oldest first. */
  list(personId: string): Promise<readonly Passkey[]>;
  find(credentialId: string): Promise<StoredPasskey | null>;
  ofPerson(personId: string): Promise<readonly StoredPasskey[]>;
  /** Throws `RefusedError` when the credential is registered already. */
  add(passkey: NewPasskey): Promise<Passkey>;
  noteUse(credentialId: string, counter: number): Promise<void>;
  /** False when the person has no such passkey, or no other way to sign in. */
  remove(personId: string, id: string): Promise<boolean>;
}

export interface AttemptLimit {
  readonly max: number;
  readonly windowMs: number;
}

/** Counted in the database, so that the limits hold over all processes and restarts. */
export interface AttemptStore {
  /** Counts an attempt. Returns 0 when it is allowed, otherwise the wait until the next, in milliseconds. */
  take(key: string, limit: AttemptLimit): Promise<number>;
  clear(key: string): Promise<void>;
}

/** What the database holds of accounts. */
export interface Accounts {
  /** Loads what signing in takes: nothing else does. */
  openSignIn(options: SignInOptions): Promise<SignIn>;
  readonly people: PeopleStore;
  readonly sessions: SessionStore;
  readonly tokens: TokenStore;
  readonly passkeys: PasskeyStore;
  readonly links: LinkStore;
  readonly attempts: AttemptStore;
  readonly audit: AuditLog;
  /**
   * Calls `listener` when rights may have been narrowed or revoked, or a session ended, until the signal aborts.
   * Notifications can be missed, so also poll.
   */
  onAccessChanged(listener: () => void, signal: AbortSignal): void;
}
