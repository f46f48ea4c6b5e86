import { expect, test } from "vitest";
import { addressOf } from "../../../dashboard/src/checking/address.ts";
import { waterfall } from "../../../dashboard/src/checking/waterfall.ts";

test("each phase begins where the one before ended", () => {
  const bars = waterfall([
    { name: "dns", ms: 10 },
    { name: "connect", ms: 30 },
    { name: "request", ms: 0, detail: "GET /" },
    { name: "firstByte", ms: 60, detail: "200" },
  ]);
  expect(bars.map(({ name, start, width }) => [name, start, width])).toEqual([
    ["dns", 0, 0.1],
    ["connect", 0.1, 0.3],
    ["firstByte", 0.4, 0.6],
  ]);
});

test.each([
  ["example.org", "https://example.org/"],
  [" http://example.org/a ", "http://example.org/a"],
  ["localhost:8080", "http://localhost:8080/"],
  ["", ""],
])("%j typed as an address is %j", (text, url) => {
  expect(addressOf(text)).toBe(url);
});
