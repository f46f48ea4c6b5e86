// Notices of all kinds, as the notifier makes them.
import type { Notice, NoticeKind } from "../../../src/core/alerting/wording/notice.ts";
import type { Incident } from "../../../src/core/incidents/ports.ts";
import { anIncident, SINCE_MS } from "../../core/alerting/an-incident.ts";

export function aNotice(kind: NoticeKind, given: Partial<Incident> = {}, repeated = false): Notice {
  const end = {
    state: "resolved",
    goodSinceMs: SINCE_MS + 600_000,
    resolvedAtMs: SINCE_MS + 660_000,
  } as const;
  const incident = anIncident({ ...(kind === "resolved" ? end : {}), ...given });
  return {
    kind,
    incidents: [incident],
    repeated,
    key: incident.id,
    id: `message-${kind}`,
    thread: null,
    page: null,
  };
}

export function aDigest(count: number): Notice {
  const incidents = Array.from({ length: count }, (_, index) =>
    anIncident({ id: `incident-${index}`, siteName: `shop ${index}`, url: `https://shop-${index}.example/` }),
  );
  return {
    kind: "opened",
    incidents,
    repeated: false,
    key: "digest-1",
    id: "digest-1",
    thread: null,
    page: null,
  };
}

const HOSTILE =
  "@everyone @here @channel @room <!channel> <@U123> <users/all> [click](https://evil.example) <https://evil.example|click> " +
  "<b>bold</b> *bold* _it_ ~x~ `code` || spoiler \\ \"quoted\" & 'single' \u202egnp.exe \u0000 😀\r\nDOWN forged since now";

export const NOTICES: Readonly<Record<string, Notice>> = {
  opened: aNotice("opened"),
  worsened: aNotice("worsened"),
  degraded: aNotice("opened", { severity: "degraded" }),
  resolved: aNotice("resolved"),
  escalated: aNotice("escalated"),
  reminder: aNotice("reminder"),
  "acknowledged by somebody": aNotice("worsened", { state: "acknowledged", acknowledgedBy: "ada" }),
  repeated: aNotice("opened", {}, true),
  "of a flapping site without a name": aNotice("opened", { siteName: null, flapping: true, cause: null }),
  "of an incident with a page": {
    ...aNotice("opened"),
    page: "https://status.example.org/incidents/0a6f2f0e-8c5c-5a3e-9d8e-0b0f6d6d1c11",
  },
  "a digest of 50": aDigest(50),
  "a test": {
    kind: "test",
    incidents: [],
    repeated: false,
    key: "test",
    id: "message-test",
    thread: null,
    page: null,
  },
  "of very long texts": aNotice("opened", {
    siteName: "n".repeat(2000),
    url: `https://shop.example/${"p".repeat(5000)}`,
    tags: Array.from({ length: 60 }, (_, index) => `${index}-${"t".repeat(80)}`),
    cause: { code: "status", message: "m".repeat(60_000) },
  }),
  "of emoji without end": aNotice("opened", {
    siteName: "😀".repeat(1500),
    cause: { code: "status", message: "🔥".repeat(20_000) },
  }),
  "of characters that grow when escaped": aNotice("opened", {
    siteName: "<&>".repeat(1000),
    cause: { code: "status", message: '"\\<&>*_`\u4e2d'.repeat(5000) },
  }),
  hostile: aNotice("opened", {
    siteName: HOSTILE,
    url: "https://ada:a-site-password@shop.example/@everyone",
    tags: [HOSTILE],
    cause: { code: "status", message: HOSTILE },
  }),
};
