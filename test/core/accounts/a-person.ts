// People for tests.
import type { Person } from "../../../src/core/accounts/ports.ts";

export function aPerson(given: Partial<Person> = {}): Person {
  return {
    id: "00000000-0000-4000-8000-000000000001",
    name: "Ada",
    email: "ada@example.org",
    role: "viewer",
    tags: null,
    active: true,
    secondFactor: false,
    passkeys: 0,
    revision: 1,
    createdAtMs: 0,
    lastSignedInAtMs: null,
    ...given,
  };
}
