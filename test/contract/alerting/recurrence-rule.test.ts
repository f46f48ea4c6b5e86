// A rule that is not what it looks like is refused with the wrong part, its value and the fix: not taken as another rule.
import { expect, test } from "vitest";
import { ruleProblem } from "../../../src/contract/alerting/recurrence-rule.ts";

test.for([
  "FREQ=DAILY",
  "freq=weekly;byday=su",
  "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
  "FREQ=MONTHLY;BYDAY=2TU,-1FR",
  "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,-1;BYHOUR=0,23",
  "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU;UNTIL=20281231T235959Z;",
  "FREQ=DAILY;COUNT=1000",
])("%s is a rule", (rule) => {
  expect(ruleProblem(rule)).toBeNull();
});

test.for([
  ["weekly", '"WEEKLY" is not a part'],
  ["", '"" is not a part'],
  ["BYDAY=SU", "lacks FREQ: begin with"],
  ["FREQ=SOMETIMES", "FREQ=SOMETIMES: must be DAILY"],
  ["FREQ=DAILY;FREQ=WEEKLY", "FREQ is there twice"],
  ["FREQ=DAILY;EVERY=2", '"EVERY=2" is not a part of a rule: the parts are FREQ'],
  ["FREQ=DAILY;INTERVAL=0", "INTERVAL=0: must be a number from 1"],
  ["FREQ=DAILY;COUNT=many", "COUNT=MANY: must be a number from 1 to 1000"],
  ["FREQ=DAILY;COUNT=2;UNTIL=20261231", "has COUNT and UNTIL"],
  ["FREQ=DAILY;UNTIL=20260230", "UNTIL=20260230: must be a date"],
  ["FREQ=DAILY;UNTIL=tomorrow", "UNTIL=TOMORROW: must be a date"],
  ["FREQ=DAILY;BYHOUR=25", "BYHOUR=25: must be numbers from 0 to 23"],
  ["FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32: must be numbers from 1 to 31"],
  ["FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0: must be"],
  ["FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go with FREQ=WEEKLY"],
  ["FREQ=WEEKLY;BYDAY=2SU", "BYDAY=2SU: a number before a day goes with MONTHLY and YEARLY only"],
  ["FREQ=WEEKLY;BYDAY=sunday", "BYDAY=SUNDAY: must be days such as SU"],
  ["FREQ=MONTHLY;BYSETPOS=1", "has BYSETPOS alone"],
  ["FREQ=DAILY\nEXDATE:20261225T020000", "must be one rule"],
] as const)("%j is refused: %s", ([rule, told]) => {
  expect(ruleProblem(rule)).toContain(told);
});
