// A monitor without uplink says so, once, and asks its reference addresses no more often than needed.
import { expect, test } from "vitest";
import { Uplink } from "../../../src/core/checking/uplink.ts";
import { HeldClock } from "../../harness/held-clock.ts";

function anUplink(reachable: () => readonly string[]) {
  const clock = new HeldClock(0);
  const lines: string[] = [];
  let asked = 0;
  const note = (_: unknown, message: string): void => void lines.push(message);
  const uplink = new Uplink({
    addresses: ["1.1.1.1:443", "9.9.9.9:443"],
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    reach: async (address) => {
      asked += 1;
      return reachable().includes(address);
    },
  });
  return { uplink, clock, lines, asked: () => asked };
}

const { signal } = new AbortController();

test("one reachable address is an uplink", async () => {
  const { uplink, lines } = anUplink(() => ["9.9.9.9:443"]);
  expect(await uplink.isDown(signal)).toBe(false);
  expect(lines).toEqual([]);
});

test("failed checks of one moment ask once; the loss and the return are logged once", async () => {
  let reachable: readonly string[] = [];
  const { uplink, clock, lines, asked } = anUplink(() => reachable);
  expect(await Promise.all([uplink.isDown(signal), uplink.isDown(signal)])).toEqual([true, true]);
  expect(asked()).toBe(2);
  await clock.pass(2000);
  expect(await uplink.isDown(signal)).toBe(true);
  reachable = ["1.1.1.1:443"];
  await clock.pass(2000);
  expect(await uplink.isDown(signal)).toBe(false);
  expect(lines).toEqual([
    "no reference address reached: failed checks count as not observed",
    "reference addresses reached again",
  ]);
});
