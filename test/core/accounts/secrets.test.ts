// Tokens and other secrets that Sitewire makes itself.
import { expect, test } from "vitest";
import {
  createSecret,
  createToken,
  hashOfSecret,
  isToken,
  shownBeginning,
} from "../../../src/core/accounts/secrets.ts";

test("a token can be recognised, and each is another one", () => {
  const [one, other] = [createToken(), createToken()];
  expect([isToken(one), isToken(other)]).toEqual([true, true]);
  expect(one).not.toBe(other);
});

test.for([
  "",
  "swt_",
  "swt_short",
  "Bearer swt_x",
  `swt_${createSecret()}\n`,
  `swt_${createSecret()}x`,
  createSecret(),
])("%j is no token, so the database is not asked", (text) => {
  expect(isToken(text)).toBe(false);
});

test("what is shown and what is stored of a token do not reveal it", () => {
  const token = createToken();
  expect(shownBeginning(token)).toHaveLength("swt_1234…".length);
  expect(hashOfSecret(token)).toMatch(/^[0-9a-f]{64}$/);
});
