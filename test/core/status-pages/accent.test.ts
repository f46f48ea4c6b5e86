import { expect, test } from "vitest";
import { readableOn } from "../../../src/core/status-pages/accent.ts";

test("a colour that can be read is left as it is", () => {
  expect(readableOn("#ffffff", "#3257d6")).toBe("#3257d6");
});

test.for([
  ["#fbfbfa", "#ffe600"],
  ["#0f1113", "#0f766e"],
  ["#0f1113", "#000000"],
  ["#ffffff", "#ffffff"],
])("on %s the colour %s is mixed until it can be read", ([ground = "", accent = ""]) => {
  expect(readableOn(ground, accent)).toMatch(/^#[0-9a-f]{6}$/);
  expect(readableOn(ground, accent)).not.toBe(accent);
});
