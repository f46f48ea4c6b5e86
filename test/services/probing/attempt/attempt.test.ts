import { describe, expect, test } from "vitest";
import { Attempt } from "../../../../src/services/probing/attempt/attempt.ts";

const never = new AbortController().signal;
const forEver = () => () => {};

describe("an attempt", () => {
  test("stops the step under way at its deadline, and says what it waited for", async () => {
    const attempt = new Attempt(20, never);
    let stopped = 0;
    attempt.enter("tls");
    const step = attempt.step(() => () => {
      stopped += 1;
    });
    await expect(step).rejects.toMatchObject({
      code: "tls_timeout",
      message: "20 ms were over while waiting for the TLS handshake",
    });
    expect(stopped).toBe(1);
    expect(attempt.over).toBe(true);
    attempt.finish();
  });

  test("begins no step after its deadline", async () => {
    const attempt = new Attempt(1, never);
    attempt.enter("dns");
    await expect(attempt.step(forEver)).rejects.toMatchObject({ code: "dns_timeout" });
    attempt.enter("connect");
    let begun = false;
    const late = attempt.step(() => {
      begun = true;
      return () => {};
    });
    await expect(late).rejects.toMatchObject({ code: "dns_timeout" });
    expect(begun).toBe(false);
    attempt.finish();
  });

  test("is not kept from its deadline by an earlier step that has more to say", async () => {
    const attempt = new Attempt(50, never);
    attempt.enter("connect");
    let sayMore: (reason: unknown) => void = () => {};
    await attempt.step<void>((resolve, reject) => {
      sayMore = reject;
      resolve();
      return () => {};
    });
    attempt.enter("firstByte");
    const step = attempt.step(forEver);
    sayMore(new Error("too late"));
    await expect(step).rejects.toMatchObject({ code: "first_byte_timeout" });
    attempt.finish();
  });

  test("counts time to the phase it is in, and none before the first", () => {
    const attempt = new Attempt(60_000, never);
    attempt.enter("connect");
    attempt.enter("proxy");
    attempt.enter("firstByte");
    const timings = attempt.finish();
    expect(timings).toMatchObject({ dnsMs: null, tlsMs: null, downloadMs: null });
    expect(timings?.totalMs).toBe((timings?.connectMs ?? 0) + (timings?.firstByteMs ?? 0));
    expect(new Attempt(1, never).finish()).toBeNull();
  });
});
