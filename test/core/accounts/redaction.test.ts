// What the audit log may keep of a changed thing.
import fc from "fast-check";
import { expect, test } from "vitest";
import { withoutSecrets } from "../../../src/core/accounts/redaction.ts";

const plain = { secretAddresses: false };

test("secrets are hidden by the names of their fields, wherever they are", () => {
  const site = {
    url: "https://user:hunter2@example.org/?api_key=hunter2&page=1",
    options: {
      headers: { Authorization: "Bearer hunter2", "X-Auth-Key": "hunter2", Accept: "text/html" },
      authentication: { type: "basic", username: "ada", password: "hunter2" },
      tls: { key: "hunter2", verify: true },
      steps: [{ cookies: { session: "hunter2" }, routingKey: "hunter2" }],
    },
  };
  const { after } = withoutSecrets({ before: null, after: site }, plain);
  expect(JSON.stringify(after)).not.toContain("hunter2");
  expect(after).toMatchObject({
    url: "https://user:***@example.org/?api_key=***&page=1",
    options: {
      headers: { Authorization: "***", Accept: "text/html" },
      authentication: { type: "basic", username: "ada", password: "***" },
      tls: { key: "***", verify: true },
    },
  });
});

test("that a secret changed is visible, and that it did not", () => {
  const change = { before: { password: "one", token: "same" }, after: { password: "two", token: "same" } };
  expect(withoutSecrets(change, plain)).toEqual({
    before: { password: "***", token: "***" },
    after: { password: "*** (changed)", token: "***" },
  });
});

test("of a channel's addresses only the host remains", () => {
  const channel = {
    type: "slack",
    url: "https://hooks.example.org/services/T0/B0/hunter2",
    urls: ["ntfy://u:p@host/hunter2"],
  };
  const { after } = withoutSecrets({ before: null, after: channel }, { secretAddresses: true });
  expect(after).toEqual({ type: "slack", url: "https://hooks.example.org/***", urls: ["ntfy://host/***"] });
});

test("any value becomes JSON that can be stored, without its secret", () => {
  fc.assert(
    fc.property(fc.object({ withDate: true, withBigInt: true }), (value) => {
      const secret = "hunter2-hunter2";
      const { after } = withoutSecrets({ before: null, after: { ...value, password: secret } }, plain);
      expect(JSON.stringify(after)).not.toContain(secret);
    }),
  );
});
