import { expect, test } from "vitest";
import { configurationSchema } from "../../../src/contract/settings/configuration.ts";

test("a configuration that says nothing is complete: every default is accepted by its own rule", () => {
  expect(configurationSchema.safeParse({}).error?.issues ?? []).toEqual([]);
});
