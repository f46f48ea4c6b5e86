// What a person reads at three in the morning: first what is broken and since when, last what to do.
import { describe, expect, test } from "vitest";
import { checkErrorCodes } from "../../../../src/contract/checks/check-error-code.ts";
import { testNotice } from "../../../../src/core/alerting/wording/example-notice.ts";
import {
  linkOf,
  type Notice,
  type NoticeKind,
  siteUrlOf,
  urgencyOf,
} from "../../../../src/core/alerting/wording/notice.ts";
import { noticeText } from "../../../../src/core/alerting/wording/notice-text.ts";
import type { Incident } from "../../../../src/core/incidents/ports.ts";
import { anIncident, MINUTE_MS, SINCE_MS } from "../an-incident.ts";

function aNotice(kind: NoticeKind, incidents: readonly Incident[], repeated = false): Notice {
  return { kind, incidents, repeated, key: "incident-1", id: "message-1", thread: null, page: null };
}

const wordsOf = (kind: NoticeKind, given: Partial<Incident> = {}) =>
  noticeText(aNotice(kind, [anIncident({ id: "incident-1", ...given })]));

test("an outage is told with what is broken, since when and why, and ends with what to do", () => {
  expect(wordsOf("opened")).toEqual({
    title:
      "DOWN shop since 2026-12-06 02:03 UTC: status: expected 200-399, found 503. Next: check the application and its load",
    lines: [
      "https://shop.example/",
      "Why: status: expected 200-399, found 503 (status_unexpected)",
      "To say that you are on it: sitewire incidents acknowledge incident-1",
    ],
  });
});

test("the end of an outage is told with how long it lasted", () => {
  const end = { state: "resolved", goodSinceMs: SINCE_MS + 90 * MINUTE_MS } as const;
  expect(wordsOf("resolved", end)).toEqual({
    title: "RESOLVED shop: up again after 1h 30m",
    lines: ["https://shop.example/", "It was down from 2026-12-06 02:03 UTC to 2026-12-06 03:33 UTC."],
  });
  expect(wordsOf("resolved", { ...end, resolvedBy: "ada" }).lines.at(-1)).toContain("Resolved by ada.");
});

test.each([
  ["opened", "degraded", "expires in 7 days, on 2026-12-13 02:03 UTC", "EXPIRES SOON"],
  ["worsened", "down", "expired on 2026-12-06 02:03 UTC", "EXPIRED"],
] as const)("a certificate is told (%s, %s) with its own date", (kind, severity, when, beginning) => {
  const cause = { code: "certificate_expiring", message: `a certificate of its chain ${when}` };
  expect(wordsOf(kind, { kind: "certificate", severity, cause, statusCode: null }).title).toBe(
    `CERTIFICATE ${beginning} shop: a certificate of its chain ${when}. Next: renew the certificate`,
  );
});

test("a gateway is told with how many sites failed behind it", () => {
  const notice = { ...aNotice("opened", [anIncident({ siteName: "gateway" })]), heldBack: 50 };
  const { title, lines } = noticeText(notice);
  expect(title).toMatch(/^DOWN gateway and 50 sites behind it since 2026-12-06 02:03 UTC: /);
  expect(lines).toContain("50 sites failed with it: you are not told of each of them.");
});

test("the end of several outages says of each that it is over", () => {
  const end = { state: "resolved", goodSinceMs: SINCE_MS + MINUTE_MS } as const;
  const names = ["a", "b", "c"];
  expect(
    noticeText(
      aNotice(
        "resolved",
        names.map((siteName) => anIncident({ ...end, siteName })),
      ),
    ),
  ).toEqual({
    title: "RESOLVED 3 sites",
    lines: ["a: up again", "b: up again", "c: up again", "To see all: sitewire incidents list"],
  });
});

test("a link of a message leads to the dashboard where its address is known, else to the site", () => {
  const notice = aNotice("opened", [anIncident()]);
  expect(linkOf(notice)).toMatchObject({ url: "https://shop.example/", label: "Open the site" });
  const page = "https://watch.example/incidents/1";
  expect(linkOf({ ...notice, page })).toEqual({ url: page, label: "Open it in Sitewire" });
});

test("an incident that nobody saw end is not told as up again", () => {
  const ended = { state: "resolved", goodSinceMs: null, resolvedAtMs: SINCE_MS + 5 * MINUTE_MS } as const;
  expect(wordsOf("resolved", ended).title).toBe("RESOLVED shop: no longer checked after 5m");
  expect(wordsOf("resolved", { ...ended, resolvedBy: "ada" }).title).toBe(
    "RESOLVED shop: closed by ada after 5m",
  );
});

test.each([
  { kind: "opened", given: { severity: "degraded" }, beginning: "DEGRADED shop since" },
  { kind: "opened", given: { kind: "not_observed" }, beginning: "NOT OBSERVED shop since" },
  { kind: "opened", given: { flapping: true }, beginning: "DOWN (flapping) shop since" },
  { kind: "opened", given: { siteName: null }, beginning: "DOWN https://shop.example/ since" },
  { kind: "worsened", given: {}, beginning: "NOW DOWN shop since" },
  { kind: "escalated", given: {}, beginning: "ESCALATED DOWN shop since" },
  { kind: "reminder", given: {}, beginning: "STILL DOWN shop since" },
] as const)("$kind $given begins with $beginning", ({ kind, given, beginning }) => {
  expect(wordsOf(kind, given).title).toMatch(new RegExp(`^${beginning.replace(/[()]/g, String.raw`\$&`)}`));
});

test("an end of not being observed says that nobody knows whether it was up", () => {
  const end = { kind: "not_observed", state: "resolved", goodSinceMs: SINCE_MS + MINUTE_MS } as const;
  expect(wordsOf("resolved", end).title).toBe("RESOLVED shop: observed again after 1m");
});

test("an escalation says why this person is told", () => {
  expect(wordsOf("escalated").lines).toContain("You are told because nobody has acknowledged it yet.");
});

test("an incident of the pipeline says that Sitewire itself needs help", () => {
  const pipeline = {
    kind: "pipeline",
    siteName: "Sitewire",
    url: "sitewire:pipeline",
    cause: { code: "pipeline_stopped", message: "12 rows wait in the outbox for a relay" },
    statusCode: null,
  } as const;
  expect(wordsOf("opened", pipeline)).toEqual({
    title:
      "NO RESULTS RECORDED by Sitewire since 2026-12-06 02:03 UTC: 12 rows wait in the outbox for a relay. Next: run sitewire status",
    lines: [
      "Why: 12 rows wait in the outbox for a relay (pipeline_stopped)",
      "Until this is solved, nobody learns of a site that is down.",
      "To say that you are on it: sitewire incidents acknowledge incident-1",
    ],
  });
  const end = { state: "resolved", goodSinceMs: SINCE_MS + MINUTE_MS } as const;
  expect(wordsOf("resolved", { ...pipeline, ...end })).toEqual({
    title: "RESOLVED Sitewire: records results again after 1m",
    lines: ["No results were recorded from 2026-12-06 02:03 UTC to 2026-12-06 02:04 UTC."],
  });
});

test("every code of a check has a next step of its own", () => {
  for (const code of checkErrorCodes) {
    const title = wordsOf("opened", { cause: { code, message: "x" } }).title;
    expect(title).toMatch(/\. Next: .{5,50}$/);
    expect(title).not.toContain("open the site");
  }
});

test("where the dashboard is known, its page stands before the command, for who has no terminal", () => {
  const page = "https://status.example/incidents/incident-1";
  const notice = aNotice("opened", [anIncident({ id: "incident-1" })]);
  expect(noticeText({ ...notice, page }).lines.slice(-2)).toEqual([
    page,
    "To say that you are on it, open that page or run: sitewire incidents acknowledge incident-1",
  ]);
});

test("a reminder says that nobody has acknowledged it", () => {
  expect(wordsOf("reminder").lines).toContain("Nobody has acknowledged it yet.");
});

test("what somebody has acknowledged asks nobody else to", () => {
  const { lines } = wordsOf("worsened", { state: "acknowledged", acknowledgedBy: "ada" });
  expect(lines).toContain("Acknowledged by ada.");
  expect(lines.at(-1)).toBe("To see all of it: sitewire incidents show incident-1");
});

test("without a cause the status is told", () => {
  expect(wordsOf("opened", { cause: null }).lines).toContain("Status 503");
});

test("what may have been sent before says so first", () => {
  expect(noticeText(aNotice("opened", [anIncident()], true)).title).toMatch(/^\(repeated\) DOWN shop/);
});

describe("a digest", () => {
  const sites = (count: number, given: Partial<Incident> = {}) =>
    Array.from({ length: count }, (_, index) =>
      anIncident({ siteName: `site ${index}`, sinceMs: SINCE_MS + index * MINUTE_MS, ...given }),
    );

  test("of 50 counts them, names their common cause, lists twenty and says where the others are", () => {
    const { title, lines } = noticeText(aNotice("opened", sites(50)));
    expect(title).toBe(
      "DOWN 50 sites since 2026-12-06 02:03 UTC: status: expected 200-399, found 503. Next: check the application and its load",
    );
    expect(lines).toHaveLength(22);
    expect(lines[0]).toBe("site 0: status: expected 200-399, found 503");
    expect(lines.slice(-2)).toEqual(["and 30 more", "To see all: sitewire incidents list --open"]);
  });

  test("names the cause of most of them, and how many they are", () => {
    const other = anIncident({ cause: { code: "dns", message: "no such name" } });
    expect(noticeText(aNotice("opened", [...sites(2), other])).title).toBe(
      "DOWN 3 sites since 2026-12-06 02:03 UTC: 2 of 3: status: expected 200-399, found 503. Next: check the application and its load",
    );
  });

  test("of one code with different messages names the code", () => {
    const messages = ["a.example", "b.example", "c.example"].map((host) => `${host} has no address`);
    const incidents = messages.map((message) => anIncident({ cause: { code: "dns_not_found", message } }));
    expect(noticeText(aNotice("opened", incidents)).title).toBe(
      "DOWN 3 sites since 2026-12-06 02:03 UTC: dns_not_found. Next: check its DNS records and the domain",
    );
  });

  test("of causes that no two share names none in its title", () => {
    const causes = ["dns_not_found", "connect_refused", "tls_expired"].map((code) => ({
      code,
      message: code,
    }));
    const incidents = causes.map((cause) => anIncident({ cause }));
    expect(noticeText(aNotice("opened", incidents)).title).toBe(
      "DOWN 3 sites since 2026-12-06 02:03 UTC. Next: sitewire incidents list --open",
    );
  });

  test.each([
    { given: { severity: "degraded" }, state: "DEGRADED" },
    { given: { kind: "not_observed" }, state: "NOT OBSERVED" },
  ] as const)("is $state when none of it is worse", ({ given, state }) => {
    expect(noticeText(aNotice("reminder", sites(3, given))).title).toMatch(`STILL ${state} 3 sites`);
  });

  test("of ends is told as one", () => {
    expect(noticeText(aNotice("resolved", sites(3))).title).toBe("RESOLVED 3 sites");
  });
});

describe("what comes from outside", () => {
  test("adds no line and turns no direction", () => {
    const hostile = "a\r\nRESOLVED b\u2028c\u0000d \u202Egnp.exe\u2066";
    const { title, lines } = wordsOf("opened", {
      siteName: hostile,
      cause: { code: "body", message: hostile },
    });
    for (const line of [title, ...lines]) {
      expect(line).not.toMatch(/[\r\n\u2028\0\u202e\u2066]/);
    }
    expect(title).toMatch(/^DOWN a RESOLVED b c d gnp\.exe since/);
  });

  test("shows no password of the site's address", () => {
    const url = "https://ada:a-password@shop.example/";
    const notice = aNotice("opened", [anIncident({ url, siteName: null })]);
    expect(JSON.stringify(noticeText(notice))).not.toContain("a-password");
    expect(siteUrlOf(notice)).toBe("https://ada:***@shop.example/");
  });
});

test("a test says that nothing is broken", () => {
  const { title, lines } = noticeText(testNotice("message-1"));
  expect(title).toMatch(/^TEST/);
  expect(lines[0]).toMatch(/^Nothing is broken/);
});

test("a notice is as urgent as the worst it tells of", () => {
  const degraded = anIncident({ severity: "degraded" });
  expect(urgencyOf(aNotice("opened", [degraded, anIncident()]))).toBe("down");
  expect(urgencyOf(aNotice("opened", [degraded]))).toBe("degraded");
  expect(urgencyOf(aNotice("resolved", [anIncident()]))).toBe("resolved");
  expect(urgencyOf(testNotice("message-1"))).toBe("test");
});
