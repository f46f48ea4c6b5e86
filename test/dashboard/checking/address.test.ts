import { expect, test } from "vitest";
import { addressOf } from "../../../dashboard/src/checking/address.ts";

test.for([
  ["example.org", "https://example.org/"],
  ["  Example.org/shop?q=1 ", "https://example.org/shop?q=1"],
  ["http://example.org", "http://example.org/"],
  ["https:/example.org", "https://example.org/"],
  ["localhost:3000", "http://localhost:3000/"],
  ["192.168.1.5/health", "http://192.168.1.5/health"],
  ["example.org:8443", "https://example.org:8443/"],
  ["müller.example", "https://xn--mller-kva.example/"],
  ["", ""],
] as const)("%s is taken as %s", ([text, address]) => {
  expect(addressOf(text)).toBe(address);
});

test.for([
  "my shop please",
  "ftp://example.org",
  "htp:/example.org",
  "https://",
  "https://exa mple.org",
  "a:b:c",
])("%s is no address of a website", (text) => {
  expect(addressOf(text)).toBeNull();
});
