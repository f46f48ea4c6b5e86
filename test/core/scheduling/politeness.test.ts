import { describe, expect, test } from "vitest";
import { createPoliteness } from "../../../src/core/scheduling/politeness.ts";

const never = new AbortController().signal;

/** A check that runs until it is told to end. */
function aCheck(name: string, log: string[]) {
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    run: async () => {
      log.push(name);
      await ended;
      return name;
    },
    end,
  };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe("politeness", () => {
  test("runs as many checks at once as it may, over all hosts", async () => {
    const limit = createPoliteness({ maxConcurrent: 2, maxPerHost: 2 });
    const log: string[] = [];
    const checks = ["a", "b", "c"].map((name) => aCheck(name, log));
    const running = checks.map((check, index) => limit.run(`host${index}`, check.run, never));
    await settled();
    expect(log).toEqual(["a", "b"]);
    checks[1]?.end();
    await settled();
    expect(log).toEqual(["a", "b", "c"]);
    for (const check of checks) check.end();
    expect(await Promise.all(running)).toEqual(["a", "b", "c"]);
  });

  test("runs no more against one host than it may, in the order they came", async () => {
    const limit = createPoliteness({ maxConcurrent: 10, maxPerHost: 1 });
    const log: string[] = [];
    const checks = ["a", "b", "c"].map((name) => aCheck(name, log));
    for (const check of checks) void limit.run("host", check.run, never);
    await settled();
    expect(log).toEqual(["a"]);
    checks[0]?.end();
    await settled();
    expect(log).toEqual(["a", "b"]);
    checks[1]?.end();
    await settled();
    expect(log).toEqual(["a", "b", "c"]);
  });

  test("lets hosts take turns: a long line at a slow host holds up nobody else", async () => {
    const limit = createPoliteness({ maxConcurrent: 3, maxPerHost: 2 });
    const log: string[] = [];
    const slow = Array.from({ length: 50 }, (_, index) => aCheck(`slow${index}`, log));
    const quick = Array.from({ length: 3 }, (_, index) => aCheck(`quick${index}`, log));
    for (const check of slow) void limit.run("slow", check.run, never);
    for (const check of quick) void limit.run("quick", check.run, never);
    await settled();
    expect(log).toEqual(["slow0", "slow1", "quick0"]);
    quick[0]?.end();
    await settled();
    quick[1]?.end();
    await settled();
    expect(log.slice(3)).toEqual(["quick1", "quick2"]);
  });

  test("leaves no place empty while a host has checks waiting and may start them", async () => {
    const limit = createPoliteness({ maxConcurrent: 2, maxPerHost: 2 });
    const log: string[] = [];
    const others = [aCheck("other0", log), aCheck("other1", log)];
    for (const check of others) void limit.run("other", check.run, never);
    for (const name of ["first", "second"]) void limit.run("host", aCheck(name, log).run, never);
    others[0]?.end();
    await settled();
    others[1]?.end();
    await settled();
    expect(log).toEqual(["other0", "other1", "first", "second"]);
  });

  test("gives a place back when a check fails", async () => {
    const limit = createPoliteness({ maxConcurrent: 1, maxPerHost: 1 });
    await expect(limit.run("host", () => Promise.reject(new Error("broken")), never)).rejects.toThrow(
      "broken",
    );
    expect(await limit.run("host", async () => "next", never)).toBe("next");
  });

  test("lets a waiting check give up, and passes it over", async () => {
    const limit = createPoliteness({ maxConcurrent: 1, maxPerHost: 1 });
    const log: string[] = [];
    const [first, second, third] = [aCheck("first", log), aCheck("second", log), aCheck("third", log)];
    const abort = new AbortController();
    void limit.run("host", first.run, never);
    const waiting = limit.run("host", second.run, abort.signal);
    void limit.run("other", third.run, never);
    abort.abort(new Error("shutting down"));
    await expect(waiting).rejects.toThrow("shutting down");
    first.end();
    await settled();
    expect(log).toEqual(["first", "third"]);
    await expect(limit.run("host", second.run, abort.signal)).rejects.toThrow("shutting down");
    third.end();
    await settled();
    expect(await limit.run("host", async () => "next", never)).toBe("next");
  });

  test("never runs more than it may, nor leaves a place empty, whatever happens", async () => {
    const limit = createPoliteness({ maxConcurrent: 7, maxPerHost: 3 });
    const running = new Map<string, number>();
    let most = 0;
    let mostOfOne = 0;
    let done = 0;
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const checks = Array.from({ length: 2000 }, async () => {
      const host = `host${random(6)}`;
      const abort = new AbortController();
      if (random(5) === 0) queueMicrotask(() => abort.abort(new Error("no")));
      await limit
        .run(
          host,
          async () => {
            running.set(host, (running.get(host) ?? 0) + 1);
            most = Math.max(
              most,
              [...running.values()].reduce((sum, count) => sum + count, 0),
            );
            mostOfOne = Math.max(mostOfOne, ...running.values());
            for (let turn = random(5); turn >= 0; turn -= 1) await Promise.resolve();
            running.set(host, (running.get(host) ?? 0) - 1);
            if (random(4) === 0) throw new Error("failed");
          },
          abort.signal,
        )
        .catch(() => {});
      done += 1;
    });
    await Promise.all(checks);
    expect({ most, mostOfOne, done }).toEqual({ most: 7, mostOfOne: 3, done: 2000 });
  });
});
