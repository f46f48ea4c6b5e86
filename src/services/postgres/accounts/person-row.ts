/** A row of `people`, as every statement about people selects it. */

import type { Person } from "../../../core/accounts/ports.ts";
import type { Role } from "../../../core/accounts/rights.ts";
import { millisecondsOf } from "../connecting/instants.ts";

const HAS_SIGN_IN = `(
  EXISTS (SELECT FROM sign_in_methods WHERE sign_in_methods.person_id = person.id)
  OR EXISTS (SELECT FROM passkeys WHERE passkeys.person_id = person.id))`;

/** Of a table named `person`. */
export const PERSON_COLUMNS = `
  person.id, person.name, person.email, person.role, person.tags, person.revision,
  ${HAS_SIGN_IN} AS active,
  person.two_factor_enabled AS "secondFactor",
  (SELECT count(*) FROM passkeys WHERE passkeys.person_id = person.id)::integer AS passkeys,
  ${millisecondsOf("person.created_at", "createdAtMs")},
  ${millisecondsOf("person.last_signed_in_at", "lastSignedInAtMs")}`;

export type PersonRow = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly tags: readonly string[] | null;
  readonly active: boolean;
  readonly secondFactor: boolean;
  readonly passkeys: number;
  readonly revision: number;
  readonly createdAtMs: number;
  readonly lastSignedInAtMs: number | null;
};

/** Leaves out what else a statement selects. */
export function personOf(row: PersonRow): Person {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    tags: row.tags,
    active: row.active,
    secondFactor: row.secondFactor,
    passkeys: row.passkeys,
    revision: row.revision,
    createdAtMs: row.createdAtMs,
    lastSignedInAtMs: row.lastSignedInAtMs,
  };
}

/** Whether an administrator who can sign in exists. */
export const HAS_ADMINISTRATOR = `
  SELECT EXISTS (SELECT FROM people AS person WHERE role = 'administrator' AND ${HAS_SIGN_IN}) AS exists`;

/** Everybody who changes administrators waits here: two at once could each believe that the other one stays. */
export const LOCK_ADMINISTRATORS = "SELECT pg_advisory_xact_lock(1937007981, 1)";
