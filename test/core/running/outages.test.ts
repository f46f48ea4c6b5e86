// Outages as the log and readiness tell of them.
import { expect, test } from "vitest";
import { UnavailableError } from "../../../src/core/failures.ts";
import { Outages } from "../../../src/core/running/outages.ts";

interface Line {
  readonly level: "warn" | "info";
  readonly fields: object;
}

function aProcess() {
  const lines: Line[] = [];
  const write = (level: Line["level"]) => (fields: object) => void lines.push({ level, fields });
  const outages = new Outages({ debug() {}, info: write("info"), warn: write("warn"), error() {} });
  return { outages, lines };
}

function cut(message = "the connection was cut"): UnavailableError {
  return new UnavailableError(message, { outage: "PostgreSQL at db:5432" });
}

test("an outage that three parts meet is told once, and its end when the last of them works again", () => {
  const { outages, lines } = aProcess();
  const [first, second, third] = ["outbox", "result store", "lanes"].map((what) => outages.part({ what }));
  first?.failed(cut());
  second?.failed(cut("connection refused"));
  first?.failed(cut("connection refused"));
  third?.failed(cut("it is starting up"));
  first?.recovered();
  third?.recovered();
  expect(lines).toEqual([{ level: "warn", fields: { what: "outbox", reason: "the connection was cut" } }]);
  second?.recovered();
  expect(lines.slice(1)).toEqual([{ level: "info", fields: { what: "outbox", failedAttempts: 4 } }]);
});

test("another cause is another outage, and the one before ends without a line", () => {
  const { outages, lines } = aProcess();
  const part = outages.part({ what: "outbox" });
  part.failed(cut());
  part.failed(new UnavailableError("it is read-only", { outage: "PostgreSQL at db:5432 25006" }));
  part.recovered();
  expect(lines.map(({ level, fields }) => [level, fields])).toEqual([
    ["warn", { what: "outbox", reason: "the connection was cut" }],
    ["warn", { what: "outbox", reason: "it is read-only" }],
    ["info", { what: "outbox", failedAttempts: 1 }],
  ]);
});

test("the app can't do its job while a part fails, whatever its upkeep does", () => {
  const { outages } = aProcess();
  const [job, upkeep] = [outages.part({ what: "outbox" }), outages.part({ what: "clean-up", upkeep: true })];
  upkeep.failed(cut());
  expect([...outages.reasons]).toEqual([]);
  job.failed(cut());
  expect([...outages.reasons]).toEqual(["the connection was cut"]);
  job.recovered();
  expect([...outages.reasons]).toEqual([]);
});

test("a part that is stopped while it fails leaves nothing behind, and nobody says that it recovered", () => {
  const { outages, lines } = aProcess();
  const part = outages.part({ what: "outbox" });
  part.failed(cut());
  part.left();
  expect([...outages.reasons]).toEqual([]);
  expect(lines.map(({ level }) => level)).toEqual(["warn"]);
});
