import { expect, test } from "vitest";
import type { KeyedRequest } from "../../../../src/core/requests/idempotency.ts";
import type { Ground } from "./ground.ts";

const answer = { status: 201, headers: { etag: '"1"' }, body: '{"id":"ü"}' };

function aRequest(given: Partial<KeyedRequest> = {}): KeyedRequest {
  return { actor: "person 1", key: "key", digest: new Uint8Array([1, 2, 3]), ...given };
}

export function idempotencyTests(ground: Ground): void {
  const begin = (given: Partial<KeyedRequest> = {}) => ground.database.idempotency.begin(aRequest(given));

  test("a request that is sent again gets the first one's answer", async () => {
    expect(await begin()).toEqual({ kind: "first" });
    expect(await begin()).toEqual({ kind: "in progress" });
    await ground.database.idempotency.finish(aRequest(), answer);
    expect(await begin()).toEqual({ kind: "answered", answer });
  });

  test("of many requests with one key one is the first", async () => {
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => begin()));
    expect(outcomes.filter(({ kind }) => kind === "first")).toHaveLength(1);
  });

  test("a key stands for one request of one person", async () => {
    await begin();
    expect(await begin({ digest: new Uint8Array([9]) })).toEqual({ kind: "other request" });
    expect(await begin({ actor: "person 2" })).toEqual({ kind: "first" });
  });

  test("a key can be used again once its request failed, got no answer for minutes, or is a day old", async () => {
    await begin();
    await ground.database.idempotency.abandon(aRequest());
    expect(await begin()).toEqual({ kind: "first" });
    await ground.sql("UPDATE idempotency_keys SET begun_at = now() - interval '3 minutes'");
    expect(await begin({ digest: new Uint8Array([9]) })).toEqual({ kind: "first" });
    await ground.database.idempotency.finish(aRequest({ digest: new Uint8Array([9]) }), answer);
    await ground.sql("UPDATE idempotency_keys SET begun_at = now() - interval '25 hours'");
    expect(await begin()).toEqual({ kind: "first" });
  });
}
