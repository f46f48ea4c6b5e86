// Reading without an account is for people at this very machine.
import { expect, test } from "vitest";
import { isLocalRequest } from "../../../src/core/accounts/admission.ts";

const local = { remoteAddress: "127.0.0.1", host: "127.0.0.1:8642", headerNames: ["host", "accept"] };

test.for([
  {},
  { host: "localhost:8642" },
  { host: "[::1]:8642", remoteAddress: "::1" },
  { host: "sitewire.localhost" },
  { remoteAddress: "::ffff:127.0.0.1" },
])("a request from this machine is local: %j", (given) => {
  expect(isLocalRequest({ ...local, ...given })).toBe(true);
});

test.for([
  ["DNS rebinding", { host: "evil.example" }],
  ["DNS rebinding to a look-alike", { host: "127.0.0.1.evil.example" }],
  ["a look-alike of localhost", { host: "notlocalhost" }],
  ["a request without a host", { host: undefined }],
  ["a request from the network", { remoteAddress: "192.0.2.7" }],
  ["a request from the network as IPv6", { remoteAddress: "::ffff:192.0.2.7" }],
  ["a request that a proxy on this machine forwards", { headerNames: ["host", "x-forwarded-for"] }],
  ["a request forwarded by RFC 7239", { headerNames: ["host", "forwarded"] }],
  ["a closed socket", { remoteAddress: undefined }],
] as const)("%s is not local", ([_name, given]) => {
  expect(isLocalRequest({ ...local, ...given })).toBe(false);
});
