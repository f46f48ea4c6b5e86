// The recorder on a real database: what of a batch becomes a row, and what a dead letter.

import { expect, test } from "vitest";
import type { CheckResult } from "../../../../src/contract/checks/check-result.ts";
import { DAY_MS } from "../../../../src/contract/duration.ts";
import { checkResultEvent } from "../../../../src/contract/events/cloud-events.ts";
import type { ConsumedEvent } from "../../../../src/contract/events/event.ts";
import { createRecorder } from "../../../../src/core/recording/recorder.ts";
import { CountedLog } from "../../../../src/core/running/counted-log.ts";
import { systemClock } from "../../../../src/services/process/clock.ts";
import { aConsumedEvent } from "../../../harness/consumed-event.ts";
import { quietLog } from "../quiet-log.ts";
import { aSite, type Ground, resultOf } from "./ground.ts";

const YEAR_MINUTES = 365 * 24 * 60;

export function recordingTests(ground: Ground): void {
  test("of a batch with bad events among good ones, each bad one is a dead letter with its own reason", async () => {
    const site = aSite();
    const good = [1, 2, 3, 4].map((minutes) => carrying(resultOf(site, minutes)));
    const notJson = aConsumedEvent({ value: Buffer.from("this is not JSON") });
    const empty = aConsumedEvent({ value: null });
    const ofNextYear = carrying(resultOf(site, -YEAR_MINUTES));
    const tooLarge = carrying(resultOf(site, 5, { intervalMs: 10_000_000_000 }));
    const events = [good[0], notJson, good[1], ofNextYear, good[2], tooLarge, empty, good[3]];
    const outcome = await record(
      events.flatMap((event, index) => (event === undefined ? [] : [at(event, index)])),
    );

    expect(outcome).toEqual({ received: 8, inserted: 4, dead: 4 });
    expect(await ground.sql("SELECT FROM check_results")).toHaveLength(4);
    const letters = await ground.sql("SELECT headers FROM outbox WHERE topic_name = 'dead'");
    const reasons = new Map(
      letters.map(({ headers }) => [headerOf(headers, "offset"), headerOf(headers, "code")]),
    );
    expect(reasons).toEqual(
      new Map([
        ["1", "unreadable"],
        ["3", "slot_in_future"],
        ["5", "unreadable"],
        ["6", "unreadable"],
      ]),
    );
  });

  test("a batch that comes once more leaves rows and counts as they are", async () => {
    const site = aSite();
    const events = [1, 2, 3].map((minutes, index) => at(carrying(resultOf(site, minutes)), index));
    expect(await record(events)).toMatchObject({ inserted: 3 });
    expect(await record([...events, at(carrying(resultOf(site, 4)), 3)])).toMatchObject({
      inserted: 1,
      dead: 0,
    });
    const [day] = await ground.sql("SELECT sum(up)::integer AS up FROM uptime_daily");
    expect(day).toEqual({ up: 4 });
  });

  async function record(events: readonly ConsumedEvent[]): Promise<object> {
    const outcomes: object[] = [];
    const recorder = createRecorder({
      store: ground.database.results,
      deadLetters: ground.database.logPublisher,
      deadTopic: "dead",
      originalTopic: "original",
      counted: new CountedLog(systemClock),
      window: { aheadMs: 300_000, keepMs: 90 * DAY_MS },
      clock: systemClock,
      log: quietLog,
      onRecorded: (outcome) => outcomes.push(outcome),
    });
    await recorder({ topic: "topic", partition: 0, events }, new AbortController().signal);
    return outcomes[0] ?? {};
  }
}

function carrying(result: CheckResult): ConsumedEvent {
  return aConsumedEvent(checkResultEvent(result, "topic"));
}

function at(event: ConsumedEvent, index: number): ConsumedEvent {
  return { ...event, offset: BigInt(index) };
}

function headerOf(headers: unknown, name: string): string {
  const found: unknown = Object.entries(headers ?? {}).find(([key]) => key === `sitewire_dead_${name}`)?.[1];
  return String(found);
}
