import { expect, test } from "vitest";
import { recurrenceOf, ruleOf } from "../../../../dashboard/src/settings/maintenance/recurrence.ts";

const start = "2026-12-08T02:00";

test.for([
  "FREQ=DAILY",
  "FREQ=DAILY;INTERVAL=3;COUNT=10",
  "FREQ=WEEKLY;BYDAY=MO,WE,SU",
  "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20270301T235959Z",
  "FREQ=MONTHLY;BYMONTHDAY=31",
  "FREQ=MONTHLY;BYMONTHDAY=-1",
  "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1SU",
])("the form shows %s field by field, and writes it again", (rule) => {
  const recurrence = recurrenceOf(rule, start);
  expect(recurrence.frequency).not.toBe("rule");
  expect(ruleOf(recurrence)).toBe(rule);
});

test("a rule in another order or case is the same rule", () => {
  expect(ruleOf(recurrenceOf("rrule:byday=fr,mo;interval=1;freq=weekly", start))).toBe(
    "FREQ=WEEKLY;BYDAY=MO,FR",
  );
});

test.for([
  "FREQ=YEARLY;BYMONTH=12",
  "FREQ=MONTHLY;BYDAY=1MO,3MO",
  "FREQ=WEEKLY;BYDAY=MO;BYHOUR=3",
  "nonsense",
])("a rule without fields of its own, %s, is kept as it is written", (rule) => {
  expect(recurrenceOf(rule, start)).toMatchObject({ frequency: "rule", rule });
  expect(ruleOf(recurrenceOf(rule, start))).toBe(rule);
});

test("a new rule starts from the day of the window", () => {
  expect(recurrenceOf(null, start)).toMatchObject({
    frequency: "once",
    weekdays: ["TU"],
    monthDay: 8,
    ordinal: "2",
    weekday: "TU",
  });
});
