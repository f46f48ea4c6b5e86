// Passwords are judged by their length alone, and stored so that they can't be read back.
import { expect, test } from "vitest";
import { hashPassword, passwordProblem, verifyPassword } from "../../../src/core/accounts/password.ts";

test.for([
  ["fourteen chars", "at least 15 characters"],
  ["🦊".repeat(14), "at least 15 characters"],
  ["x".repeat(257), "at most 256 characters"],
] as const)("the password %j is refused", ([password, says]) => {
  expect(passwordProblem(password)).toContain(says);
});

test.for(["aaaaaaaaaaaaaaa", "four plain words here", "  spaces  count  ", "🦊".repeat(15), "ж".repeat(256)])(
  "the password %j is accepted: no rule but the length",
  (password) => {
    expect(passwordProblem(password)).toBeNull();
  },
);

test("a hash is argon2id, differs each time, and verifies only its own password", async () => {
  const [one, other] = [
    await hashPassword("correct horse battery"),
    await hashPassword("correct horse battery"),
  ];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(other);
  expect(await verifyPassword(one, "correct horse battery")).toBe(true);
  expect(await verifyPassword(one, "correct horse batterz")).toBe(false);
  expect(await verifyPassword("plain text", "plain text")).toBe(false);
});

test("the same letters typed another way are the same password (NFKC)", async () => {
  const hash = await hashPassword("caf\u00e9 caf\u00e9 caf\u00e9 caf\u00e9");
  expect(await verifyPassword(hash, "cafe\u0301 cafe\u0301 cafe\u0301 cafe\u0301")).toBe(true);
});

// RFC 9106, section 5.3: the algorithm itself is Node's; this shows that its parameters reach it as they are named.
test("a hash that another program made verifies", async () => {
  const made = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  expect(await verifyPassword(made, "password")).toBe(true);
});

test("a flood of passwords is turned away before it fills the memory, and those before it are served", async () => {
  const flood = await Promise.allSettled(
    Array.from({ length: 130 }, () => hashPassword("correct horse battery")),
  );
  const refused = flood.filter(({ status }) => status === "rejected");
  expect(refused.length).toBeGreaterThan(0);
  expect(flood.length - refused.length).toBeGreaterThanOrEqual(100);
  expect(await hashPassword("correct horse battery")).toMatch(/^\$argon2id/);
  // A hundred hashes, one at a time.
}, 120_000);
