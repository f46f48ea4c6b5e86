/** Who makes a request, with the rights and the sites that this gives. */
import type { FoundToken, Person } from "./ports.ts";
import { type Right, type Role, rightsOf, rightsOfScopes } from "./rights.ts";

export interface Actor {
  readonly kind: "person" | "token" | "anyone";
  /** The person's or the token's id; null for anyone. */
  readonly id: string | null;
  readonly name: string;
  /** Null for a token that belongs to no person, and for anyone. */
  readonly role: Role | null;
  /** Sees only sites with one of these tags; null sees all sites. */
  readonly tags: readonly string[] | null;
  readonly rights: readonly Right[];
}

/** Somebody who has not signed in and may read all the same. */
export const anyone: Actor = {
  kind: "anyone",
  id: null,
  name: "anyone",
  role: null,
  tags: null,
  rights: ["read"],
};

export function actorOfPerson({ id, name, role, tags }: Person): Actor {
  return { kind: "person", id, name, role, tags: visibleTagsOf(role, tags), rights: rightsOf(role) };
}

/** A person's token never has more than its scopes, nor more than the person has now. */
export function actorOfToken({ id, name, scopes, tags, owner }: FoundToken): Actor {
  const own = rightsOfScopes(scopes);
  if (owner === null) return { kind: "token", id, name, role: null, tags, rights: own };
  const person = actorOfPerson(owner);
  return {
    kind: "token",
    id,
    name,
    role: owner.role,
    tags: commonTags(tags, person.tags),
    rights: own.filter((right) => person.rights.includes(right)),
  };
}

/** Whether somebody who sees `visibleTags` sees a site or another thing with these tags. */
export function canSee(visibleTags: readonly string[] | null, tags: readonly string[]): boolean {
  return visibleTags === null || tags.some((tag) => visibleTags.includes(tag));
}

/** Administrators see everything: they could give themselves any tag. */
function visibleTagsOf(role: Role, tags: readonly string[] | null): readonly string[] | null {
  return role === "administrator" ? null : tags;
}

function commonTags(
  one: readonly string[] | null,
  other: readonly string[] | null,
): readonly string[] | null {
  if (one === null) return other;
  return other === null ? one : one.filter((tag) => other.includes(tag));
}
