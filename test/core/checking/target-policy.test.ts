import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import type { AddressClass } from "../../../src/contract/checks/address-class.ts";
import { classifyAddress } from "../../../src/core/checking/target-policy.ts";

const classes: Readonly<Record<AddressClass, readonly string[]>> = {
  public: [
    "93.184.215.14",
    "1.1.1.1",
    "2606:4700::1111",
    "2a00:1450:4001:82a::200e",
    "64:ff9b::101:101",
    "2002:101:101::1",
    "::ffff:8.8.8.8",
  ],
  private: [
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "100.64.0.1",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "2002:c0a8:101::1",
  ],
  loopback: [
    "127.0.0.1",
    "127.255.255.254",
    "::1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
  ],
  "link-local": [
    "169.254.0.1",
    "169.254.169.254",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd00:ec2::254%eth0",
    "fd20:ce::254",
    "fd00:c1::a9fe:a9fe",
    "fd00:100::100:200",
    "fd00:42::42",
    "fd00:a9fe:a9fe::1",
    "100.96.0.96",
    "::ffff:100.100.100.200",
    "64:ff9b::6464:64c8",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "::ffff:0:169.254.169.254",
    "fe80::5efe:a9fe:a9fe",
  ],
  reserved: [
    "0.0.0.0",
    "0.1.2.3",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "ff02::1",
    "2001:db8::1",
    "100::1",
    "3fff::1",
    "64:ff9b:1::1",
    "4000::1",
    "5f00::1",
    "2001:2::1",
    "not an address",
    "",
  ],
};

describe("an address is", () => {
  for (const [name, addresses] of Object.entries(classes)) {
    for (const address of addresses) {
      test(`${name}: ${JSON.stringify(address)}`, () => {
        expect(classifyAddress(address)).toBe(name);
      });
    }
  }
});

test("every form that leads to an IPv4 address has that address's class", () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(octet, octet, octet, octet, (...octets) => {
      const address = octets.join(".");
      const [high, low] = [(octets[0] << 8) | octets[1], (octets[2] << 8) | octets[3]].map((part) =>
        part.toString(16),
      );
      const forms = [`::ffff:${high}:${low}`, `64:ff9b::${high}:${low}`, `2002:${high}:${low}::1`];
      for (const form of forms) {
        expect(classifyAddress(ipaddr.parse(form).toString())).toBe(classifyAddress(address));
      }
    }),
    { numRuns: 2000 },
  );
});
