// What becomes of deliveries that are due, on a clock that the test holds.
import { beforeEach, describe, expect, test } from "vitest";
import { maintenanceWindowSchema } from "../../../../src/contract/alerting/maintenance-window.ts";
import { rotationSchema } from "../../../../src/contract/alerting/on-call-settings.ts";
import type { DeliveryStore, DueDelivery, SendOutcome } from "../../../../src/core/alerting/ports.ts";
import type { Silence } from "../../../../src/core/alerting/routing/silences.ts";
import { runSending, type SendingOptions } from "../../../../src/core/alerting/sending/sending.ts";
import type { Notice } from "../../../../src/core/alerting/wording/notice.ts";
import { HeldClock } from "../../../harness/held-clock.ts";
import { quietLog } from "../../../services/postgres/quiet-log.ts";
import { anIncident } from "../an-incident.ts";

let settled: string[];
let sent: Notice[];
let outcomes: SendOutcome[];
let silences: Silence[];
let clock: HeldClock;

const onCall = {
  primary: rotationSchema.parse({
    people: { ada: ["ops"], bob: ["ops", "phone"] },
    layers: [{ order: ["ada", "bob"], handOver: "daily", at: "12:00", start: "2026-12-06" }],
  }),
};

beforeEach(() => {
  settled = [];
  sent = [];
  outcomes = [];
  silences = [];
  clock = new HeldClock(Date.parse("2026-12-07T12:00:00Z"));
});

function aDelivery(id: string, given: Partial<DueDelivery> = {}): DueDelivery {
  return {
    id,
    channel: "ops",
    kind: "opened",
    dueMs: 0,
    fallbacks: [],
    repeatEveryMs: null,
    attempts: 0,
    incident: anIncident({ id: `incident of ${id}` }),
    mayHaveBeenSent: false,
    parent: null,
    unsureDependency: null,
    heldBack: 0,
    groupKey: "",
    thread: null,
    ...given,
  };
}

/** Sends what is due once, then is asked to stop. */
async function sendDue(due: readonly DueDelivery[], given: Partial<SendingOptions> = {}): Promise<void> {
  const stop = new AbortController();
  const names = (ids: readonly string[]) => ids.join("+");
  let claims = 0;
  const deliveries: DeliveryStore = {
    plan: async () => {},
    notifiedChannels: async () => [],
    cancelWaiting: async () => {},
    claimDue: async () => {
      claims += 1;
      if (claims === 1) return due;
      stop.abort(new Error("the test is over"));
      return [];
    },
    reassign: async (id, channels) => void settled.push(`${id} goes to ${names(channels)}`),
    cancel: async (ids, reason) => void settled.push(`cancelled ${names(ids)}: ${reason}`),
    markSent: async (ids) => void settled.push(`sent ${names(ids)}`),
    postpone: async (ids, dueMs, reason, attempt) => {
      const counted = attempt ? "attempt" : "no attempt";
      settled.push(`${names(ids)} in ${dueMs - clock.now()} ms (${counted}): ${reason}`);
    },
    fail: async (ids, reason) => void settled.push(`failed ${names(ids)}: ${reason}`),
    setParent: async (incidentId, parentId) => void settled.push(`${incidentId} is under ${parentId}`),
    onPlanned: (listener) => listener(),
  };
  const channel = {
    keepsAlerts: false,
    send: async (notice: Notice): Promise<SendOutcome> => {
      sent.push(notice);
      return outcomes.shift() ?? { kind: "sent" };
    },
  };
  const options: SendingOptions = {
    deliveries,
    settings: () => ({ channels: new Map([["ops", channel]]), onCall, publicUrl: "https://status.example/" }),
    silences: async () => silences,
    maintenance: async () => [],
    owner: "a notifier",
    clock,
    random: () => 1,
    log: quietLog,
    ...given,
  };
  const running = runSending(options, stop.signal);
  while (!stop.signal.aborted) await clock.pass(10_000);
  await running;
}

test("a delivery is sent and recorded as sent", async () => {
  await sendDue([aDelivery("one")]);
  expect(sent).toMatchObject([{ kind: "opened", repeated: false, key: "incident of one" }]);
  expect(settled).toEqual(["sent one"]);
});

test("a delivery that may have been sent before says that it is repeated", async () => {
  await sendDue([aDelivery("one", { mayHaveBeenSent: true })]);
  expect(sent).toMatchObject([{ repeated: true }]);
});

test("a delivery to a rotation goes to who is on call when it is due", async () => {
  await sendDue([aDelivery("one", { channel: "on-call:primary" })]);
  expect(sent).toEqual([]);
  expect(settled).toEqual(["one goes to ops+phone"]);
});

test("a delivery to a rotation in which nobody is on call fails, and the next one of the route is tried", async () => {
  const later = rotationSchema.parse({
    people: { ada: ["ops"] },
    layers: [{ order: ["ada"], start: "2027-01-01" }],
  });
  await sendDue([aDelivery("one", { channel: "on-call:later" })], {
    settings: () => ({ channels: new Map(), onCall: { later }, publicUrl: null }),
  });
  expect(settled).toEqual(['failed one: nobody is on call in "later"']);
});

test.each(["escalated", "reminder"] as const)(
  "%s is not sent when somebody has acknowledged meanwhile",
  async (kind) => {
    await sendDue([aDelivery("one", { kind, incident: anIncident({ state: "acknowledged" }) })]);
    expect(settled).toEqual(["cancelled one: acknowledged before it was sent"]);
  },
);

test("a retry of an opening that has recovered meanwhile sends nothing", async () => {
  await sendDue([aDelivery("one", { attempts: 1, incident: anIncident({ state: "resolved" }) })]);
  expect(sent).toEqual([]);
  expect(settled).toEqual(["cancelled one: resolved before it was sent"]);
});

test("only deliveries of one group are one message", async () => {
  await sendDue([..."abc"].map((id) => aDelivery(id, { groupKey: id === "c" ? "another" : "" })));
  expect(settled).toEqual(["sent a", "sent b", "sent c"]);
});

test("many of one kind to one channel are one message", async () => {
  await sendDue([..."abcde"].map((id) => aDelivery(id)));
  expect(sent).toHaveLength(1);
  expect(sent[0]?.incidents).toHaveLength(5);
  expect(settled).toEqual(["sent a+b+c+d+e"]);
});

test("a message links the page of its incident, and a digest the page of all", async () => {
  await sendDue([aDelivery("one"), aDelivery("other", { groupKey: "another" })]);
  expect(sent[0]?.page).toBe("https://status.example/incidents/incident of one");
  sent = [];
  await sendDue([..."abc"].map((id) => aDelivery(id)));
  expect(sent[0]?.page).toBe("https://status.example/incidents");
});

test("two are two messages", async () => {
  await sendDue([aDelivery("a"), aDelivery("b")]);
  expect(settled).toEqual(["sent a", "sent b"]);
});

describe("a channel that does not take a message", () => {
  test("is tried again later and later", async () => {
    for (const attempts of [0, 1, 5]) {
      outcomes.push({ kind: "unavailable", reason: "answered 503", afterMs: null });
      await sendDue([aDelivery("one", { attempts })]);
    }
    expect(settled).toEqual([
      "one in 2000 ms (attempt): answered 503",
      "one in 4000 ms (attempt): answered 503",
      "one in 64000 ms (attempt): answered 503",
    ]);
  });

  test("is tried again when it says", async () => {
    outcomes.push({ kind: "unavailable", reason: "answered 429", afterMs: 90_000 });
    await sendDue([aDelivery("one")]);
    expect(settled).toEqual(["one in 90000 ms (attempt): answered 429"]);
  });

  test("is given up after the eighth attempt", async () => {
    outcomes.push({ kind: "unavailable", reason: "answered 503", afterMs: null });
    await sendDue([aDelivery("one", { attempts: 7 })]);
    expect(settled).toEqual(["failed one: answered 503"]);
  });

  test("is given up at once when it refuses", async () => {
    outcomes.push({ kind: "refused", reason: "answered 404" });
    await sendDue([aDelivery("one")]);
    expect(settled).toEqual(["failed one: answered 404"]);
  });

  test("does so too when no channel has that name any more", async () => {
    await sendDue([aDelivery("one", { channel: "gone" })]);
    expect(settled).toEqual(['failed one: there is no channel named "gone"']);
  });
});

describe("what is muted", () => {
  const window = maintenanceWindowSchema.parse({
    name: "move",
    start: "1970-01-01T00:00",
    duration: "1d",
    rrule: "FREQ=DAILY",
    tags: ["shop"],
  });
  const silence: Silence = {
    id: "silence-1",
    incidentId: null,
    site: null,
    tag: "shop",
    reason: "known",
    createdBy: "ada",
    untilMs: null,
  };

  test("waits for the end of the maintenance, as no attempt", async () => {
    await sendDue([aDelivery("one")], { maintenance: async () => [window] });
    expect(sent).toEqual([]);
    expect(settled).toEqual([expect.stringMatching(/^one in \d+ ms \(no attempt\): maintenance "move"$/)]);
  });

  test("is what the window is for, and nothing else", async () => {
    await sendDue([aDelivery("one", { incident: anIncident({ tags: ["blog"] }) })], {
      maintenance: async () => [window],
    });
    expect(settled).toEqual(["sent one"]);
  });

  test.for([
    { tag: "shop" },
    { tag: null, site: "shop" },
    { tag: null, site: "https://shop.example/" },
    { tag: null, incidentId: "incident of one" },
  ])("is silenced by %j, and the reason says by whom", async (scope) => {
    silences.push({ ...silence, ...scope, untilMs: clock.now() + 5000 });
    await sendDue([aDelivery("one")]);
    expect(settled).toEqual(["one in 5000 ms (no attempt): silenced by ada: known"]);
  });

  test("a silence of something else mutes nothing", async () => {
    silences.push({ ...silence, tag: "blog" }, { ...silence, tag: null, incidentId: "another" });
    await sendDue([aDelivery("one")]);
    expect(settled).toEqual(["sent one"]);
  });

  test("is what depends on a site that is down: it is recorded under that incident", async () => {
    const parent = { incidentId: "incident of the gateway", siteName: "gateway" };
    await sendDue([aDelivery("one", { parent })]);
    expect(sent).toEqual([]);
    expect(settled).toEqual([
      "incident of one is under incident of the gateway",
      "one in 60000 ms (no attempt): belongs to the incident of gateway",
    ]);
  });

  test("a recovery is told all the same", async () => {
    silences.push(silence);
    await sendDue([aDelivery("one", { kind: "resolved" })], { maintenance: async () => [window] });
    expect(settled).toEqual(["sent one"]);
  });
});

test("a slow channel does not hold messages beyond the claim", async () => {
  const slow = {
    keepsAlerts: false,
    send: async (notice: Notice): Promise<SendOutcome> => {
      sent.push(notice);
      await clock.pause(45_000);
      return { kind: "sent" };
    },
  };
  await sendDue([aDelivery("a"), aDelivery("b")], {
    settings: () => ({ channels: new Map([["ops", slow]]), onCall: {}, publicUrl: null }),
  });
  expect(settled).toEqual(["sent a", "b in 0 ms (no attempt): earlier messages took too long"]);
});
