// Roles, scopes and tags: who may do and see what.
import { expect, test } from "vitest";
import { actorOfPerson, actorOfToken, anyone, canSee } from "../../../src/core/accounts/actor.ts";
import { rightsOfScopes } from "../../../src/core/accounts/rights.ts";
import { aPerson } from "./a-person.ts";

test.for([
  ["administrator", ["read", "edit", "administer"]],
  ["editor", ["read", "edit"]],
  ["viewer", ["read"]],
] as const)("a person who is %s may %j", ([role, rights]) => {
  expect(actorOfPerson(aPerson({ role }))).toMatchObject({ kind: "person", role, rights });
});

test("a token has no more rights than its scopes, nor more than its owner has now", () => {
  const token = { id: "t", name: "deploy", scopes: ["administer"], tags: null } as const;
  const rightsWith = (role: "administrator" | "editor" | "viewer") =>
    actorOfToken({ ...token, owner: aPerson({ role }) }).rights;
  expect(rightsWith("administrator")).toEqual(["read", "edit", "administer"]);
  expect(rightsWith("editor")).toEqual(["read", "edit"]);
  expect(rightsWith("viewer")).toEqual(["read"]);
  expect(
    actorOfToken({ ...token, scopes: ["read"], owner: aPerson({ role: "administrator" }) }).rights,
  ).toEqual(["read"]);
});

test("a token that belongs to nobody has the rights of its scopes", () => {
  const actor = actorOfToken({ id: "t", name: "deploy", scopes: ["edit"], tags: ["shop"], owner: null });
  expect(actor).toMatchObject({ kind: "token", role: null, rights: ["read", "edit"], tags: ["shop"] });
  expect(rightsOfScopes([])).toEqual([]);
});

test("a person with tags sees only sites with one of them, and an administrator sees all", () => {
  const viewer = actorOfPerson(aPerson({ role: "viewer", tags: ["shop"] }));
  expect(canSee(viewer.tags, ["shop", "eu"])).toBe(true);
  expect(canSee(viewer.tags, ["blog"])).toBe(false);
  expect(canSee(viewer.tags, [])).toBe(false);
  expect(canSee(actorOfPerson(aPerson({ role: "viewer", tags: [] })).tags, ["shop"])).toBe(false);
  expect(canSee(actorOfPerson(aPerson({ role: "administrator", tags: ["shop"] })).tags, [])).toBe(true);
});

test("a token sees only what both its own tags and its owner's let it see", () => {
  const owner = aPerson({ role: "viewer", tags: ["shop", "blog"] });
  const tagsOf = (tags: readonly string[] | null) =>
    actorOfToken({ id: "t", name: "t", scopes: ["read"], tags, owner }).tags;
  expect(tagsOf(null)).toEqual(["shop", "blog"]);
  expect(tagsOf(["shop", "secret"])).toEqual(["shop"]);
  expect(tagsOf(["secret"])).toEqual([]);
});

test("somebody who has not signed in may read at most", () => {
  expect(anyone).toMatchObject({ kind: "anyone", id: null, rights: ["read"] });
});
