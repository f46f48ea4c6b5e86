import { expect, test } from "vitest";
import {
  secretsSet,
  shownSettings,
  withKeptSecrets,
} from "../../../../src/core/alerting/sending/channel-secrets.ts";

const email = {
  type: "email",
  host: "mail.example",
  user: "sitewire",
  password: "pass",
  oauth2: { clientId: "id", clientSecret: "shh", tokenUrl: "https://id.example/token" },
  to: ["a@example.org"],
};
const webhook = {
  type: "webhook",
  url: "https://example.org/in",
  headers: { "X-Token": "t", "X-Other": "o" },
};

test("secrets are shown as stars, of an address its path, wherever they are", () => {
  expect(shownSettings(email)).toMatchObject({
    host: "mail.example",
    password: "***",
    oauth2: { clientId: "id", clientSecret: "***" },
    to: ["a@example.org"],
  });
  expect(shownSettings(webhook)).toMatchObject({
    url: "https://example.org/***",
    headers: { "X-Token": "***", "X-Other": "***" },
  });
  expect(secretsSet(email)).toEqual(["password", "oauth2.clientSecret"]);
});

test("an address that tells nothing is shown whole", () => {
  expect(shownSettings({ type: "ntfy", url: "https://ntfy.sh" })).toMatchObject({ url: "https://ntfy.sh" });
});

test("what a form sends back as it was shown changes nothing", () => {
  for (const settings of [email, webhook]) {
    expect(withKeptSecrets(shownSettings(settings), settings)).toEqual(settings);
  }
});

test("a secret that is left out stays, null removes it, and a header that is left out goes", () => {
  const { password: _, ...without } = email;
  expect(withKeptSecrets(without, email)).toEqual(email);
  expect(withKeptSecrets({ ...email, password: null }, email)).not.toHaveProperty("password");
  const headers = { "X-Token": "***" };
  expect(withKeptSecrets({ type: "webhook", headers }, webhook)).toEqual({
    ...webhook,
    headers: { "X-Token": "t" },
  });
});

test("a kept secret never goes to another server", () => {
  const moved = { ...shownSettings(email), host: "thief.example" };
  expect(() => withKeptSecrets(moved, email)).toThrow(
    "host leads elsewhere: give password, oauth2.clientSecret",
  );
  const elsewhere = { type: "webhook", url: "https://thief.example/" };
  expect(() => withKeptSecrets(elsewhere, webhook)).toThrow("url leads elsewhere");
});

test("another type keeps nothing", () => {
  expect(withKeptSecrets({ type: "ntfy", topic: "t" }, webhook)).toEqual({ type: "ntfy", topic: "t" });
});
