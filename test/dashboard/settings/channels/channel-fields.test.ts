import { expect, test } from "vitest";
import {
  fieldsOf,
  settingsOf,
  valuesOf,
} from "../../../../dashboard/src/settings/channels/channel-fields.ts";
import { channelSettingsSchema } from "../../../../src/contract/alerting/channel-settings.ts";
import { channelTypes } from "../../../../src/web/api/alerting/channel-types.ts";

const typed = (name: string) => {
  const type = channelTypes().find((each) => each.type === name);
  if (type === undefined) throw new Error(`there is no type ${name}`);
  return { ...type, secrets: [...type.secrets] };
};

test("each type has a form, with each field once", () => {
  for (const { type } of channelTypes()) {
    const fields = fieldsOf(typed(type));
    expect(fields.length, type).toBeGreaterThan(0);
    expect(new Set(fields.map(({ path }) => path)).size).toBe(fields.length);
  }
});

test("settings of every shape go through the form unchanged", () => {
  const settings = {
    type: "email",
    host: "mail.example",
    port: 465,
    tls: "implicit",
    oauth2: { clientId: "id", clientSecret: "***" },
    from: "a@example.org",
    to: ["b@example.org", "c@example.org"],
    template: { title: "{{ site }}" },
  };
  const fields = fieldsOf(typed("email"));
  expect(settingsOf("email", fields, valuesOf(fields, settings))).toEqual(settings);
  const webhook = fieldsOf(typed("webhook"));
  const headers = { type: "webhook", url: "https://a.example/***", headers: { "x-a": "***", "x-b": "1: 2" } };
  expect(settingsOf("webhook", webhook, valuesOf(webhook, headers))).toEqual(headers);
});

test("a secret that is emptied is removed, and one that was never set is left out", () => {
  const fields = fieldsOf(typed("webhook"));
  const values = { url: "https://a.example/", secret: "" };
  expect(settingsOf("webhook", fields, values, ["url", "secret"])).toEqual({
    type: "webhook",
    url: "https://a.example/",
    secret: null,
  });
  expect(settingsOf("webhook", fields, values)).toEqual({ type: "webhook", url: "https://a.example/" });
});

test("a filled form is one that the server accepts", () => {
  const fields = fieldsOf(typed("telegram"));
  const settings = settingsOf("telegram", fields, { token: "t", chat: "@ops", topic: "7" });
  expect(channelSettingsSchema.parse(settings)).toMatchObject({ token: "t", chat: "@ops", topic: 7 });
  expect(channelSettingsSchema.safeParse(settingsOf("telegram", fields, { topic: "x" })).success).toBe(false);
});
