import { expect, test } from "vitest";
import { channelSettingsSchema } from "../../../src/contract/alerting/channel-settings.ts";
import { secretsOf, withoutSecrets } from "../../../src/services/channels/secrets.ts";

function shown(url: string, text: string): string {
  return withoutSecrets(text, secretsOf(channelSettingsSchema.parse({ type: "webhook", url })));
}

test("a word in a webhook's path is left in messages that say the same word", () => {
  expect(shown("https://hooks.example.org/sitewire", "run: sitewire incidents acknowledge 7")).toBe(
    "run: sitewire incidents acknowledge 7",
  );
});

test.for([
  ["a token in the path", "https://hooks.example.org/services/T0001234/B0001234", "at T0001234 and B0001234"],
  ["a password that is a word", "https://ada:butterfly@hooks.example.org/", "login butterfly"],
  ["a token in the query", "https://hooks.example.org/?key=butterfly", "key butterfly"],
])("%s is hidden", ([, url, text]) => {
  expect(shown(url ?? "", text ?? "")).not.toMatch(/T0001234|B0001234|butterfly/);
});
