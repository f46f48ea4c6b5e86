/**
 * The schema of the configuration, which is read from flags, environment and `sitewire.yaml` (services/configuration).
 * The reference, the JSON Schema and the error messages use the descriptions in this file.
 */
import { z } from "zod";
import { routeSchema } from "../alerting/alert-settings.ts";
import { channelSettingsSchema } from "../alerting/channel-settings.ts";
import { heartbeatSchema } from "../alerting/heartbeat-settings.ts";
import { dependsOnSchema, incidentSettingsSchema, tagsSchema } from "../alerting/incident-settings.ts";
import { maintenanceWindowSchema } from "../alerting/maintenance-window.ts";
import { rotationSchema } from "../alerting/on-call-settings.ts";
import { addressClasses } from "../checks/address-class.ts";
import { checkOptionsSchema } from "../checks/check-options.ts";
import { durationSchema } from "../duration.ts";
import { DEFAULT_TOPIC_PREFIX } from "../events/topics.ts";
import { storableTextSchema } from "../storable-text.ts";
import { accountSettingsSchema } from "./account-settings.ts";
import { saslMechanisms } from "./connection-settings.ts";
import { objectiveEntrySchema } from "./objective.ts";
import { configuredStatusPageSchema } from "./status-page.ts";

const text = storableTextSchema.min(1);
const wholeNumber = z.coerce.number().int();
const onOrOff = z
  .union([z.boolean(), z.enum(["true", "false", "1", "0", "yes", "no"])])
  .transform((value) => value === true || value === "true" || value === "1" || value === "yes");
const anyListOfText = z.union([z.array(text), z.string()]).transform((value) =>
  (typeof value === "string" ? value.split(",") : value)
    .map((entry) => entry.trim())
    // Ignore a trailing comma.
    .filter((entry) => entry !== ""),
);
const listOfText = anyListOfText.pipe(z.array(text).min(1));

export const siteEntrySchema = z
  .strictObject({
    url: text.describe("http:// or https:// address"),
    name: text.max(200).optional().describe("name of the site; its id is derived from it"),
    regexp: text.max(2000).optional().describe("regular expression that must be found in the page"),
    every: durationSchema.optional().describe("time between two checks, such as 30s; default 1m"),
    timeout: durationSchema.optional().describe("deadline of one attempt, such as 10s; default 10s"),
    enabled: z.boolean().optional().describe("false pauses the site; default true"),
    tags: tagsSchema.optional(),
    incident: incidentSettingsSchema.optional(),
    dependsOn: dependsOnSchema.optional(),
    ...checkOptionsSchema.shape,
  })
  .describe("A site to check");

export const configurationSchema = z.strictObject({
  location: text
    .max(64)
    .default("local")
    .describe("location of this monitor; part of every result's identity"),
  dataFolder: text
    .default("./.sitewire")
    .describe(
      "folder of the embedded database, and of results that a monitor could not store before shutdown",
    ),
  secretsKey: text
    .min(32)
    .optional()
    .describe(
      "encrypts the secrets of channels in the database, the same for every server and notifier; default, with the embedded database: one that is kept in the data folder",
    ),
  logLevel: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
    .default("info")
    .describe("lowest level that is logged"),
  sites: z
    .array(siteEntrySchema)
    .default([])
    .describe("sites to check in addition to those in the sites table"),
  database: z
    .strictObject({
      url: text
        .optional()
        .describe("PostgreSQL URL: postgres://user:password@host:5432/database?sslmode=require"),
      directUrl: text
        .optional()
        .describe("PostgreSQL URL past a connection pooler, for notifications and the upkeep of tables"),
      host: text.optional().describe("PostgreSQL host, if no url is given"),
      port: wholeNumber.min(1).max(65535).default(5432).describe("PostgreSQL port"),
      user: text.optional().describe("PostgreSQL user"),
      password: text.optional().describe("PostgreSQL password"),
      name: text.optional().describe("PostgreSQL database"),
      sslMode: z
        .enum(["disable", "prefer", "require", "verify-ca", "verify-full"])
        .optional()
        .describe(
          "as libpq's sslmode, if the url names none; default prefer, or verify-full if a CA is given",
        ),
      ca: text.optional().describe("CA certificate: PEM text, a path, or system for the public CAs"),
      schema: z
        .string()
        .regex(/^[a-z_][a-z0-9_]{0,62}$/, "must be a plain lower-case SQL name")
        .default("public")
        .describe("schema of Sitewire's tables"),
      maxConnections: wholeNumber.min(1).max(1000).default(10).describe("largest number of connections"),
    })
    .prefault({}),
  kafka: z
    .strictObject({
      brokers: listOfText
        .optional()
        .describe("host:port of one or more brokers; without it the database is the event log"),
      defaultPort: wholeNumber.min(1).max(65535).default(9092).describe("port of brokers given without one"),
      username: text.optional().describe("SASL user"),
      password: text.optional().describe("SASL password"),
      mechanism: z.enum(saslMechanisms).default("PLAIN").describe("SASL mechanism"),
      tls: onOrOff
        .optional()
        .describe("use TLS; default true if a user, a CA or a client certificate is given"),
      verify: onOrOff.default(true).describe("false accepts any broker certificate"),
      ca: text.optional().describe("CA certificate: PEM text or a path"),
      certificate: text.optional().describe("client certificate for mutual TLS: PEM text or a path"),
      key: text.optional().describe("client key for mutual TLS: PEM text or a path"),
      clientId: text.default("sitewire").describe("client id shown in the broker's logs and quotas"),
      partitions: wholeNumber
        .min(1)
        .max(10_000)
        .default(12)
        .describe("number of partitions of topics that Sitewire creates"),
      replicationFactor: wholeNumber
        .min(-1)
        .max(100)
        .default(-1)
        .describe("number of replicas of topics that Sitewire creates; -1 is the broker's default"),
      compression: z
        .enum(["none", "gzip", "snappy", "lz4", "zstd"])
        .default("zstd")
        .describe("compression of published batches"),
      group: text.default("sitewire-consumer").describe("consumer group"),
      instanceId: text
        .optional()
        .describe("static group membership: a restart within the session timeout causes no rebalance"),
      topicPrefix: z
        .string()
        .regex(/^[A-Za-z0-9._-]{1,200}$/, "must be letters, digits, dots, underscores and hyphens")
        .default(DEFAULT_TOPIC_PREFIX)
        .describe("prefix of topic names, which lets several deployments share a cluster"),
      originalTopic: text.default("site-monitor").describe("topic of the original system's messages"),
      readOriginal: onOrOff
        .default(false)
        .describe("true makes the consumer read the original system's topic too"),
    })
    .prefault({}),
  outbox: z
    .strictObject({
      keepPublished: durationSchema.prefault("24h").describe("how long published rows are kept"),
      batchSize: wholeNumber
        .min(1)
        .max(50_000)
        .default(1000)
        .describe("largest number of rows published at once"),
      gather: durationSchema
        .prefault("250ms")
        .describe(
          "how long results are gathered before a write, in the monitor and in the consumer; a single result is not delayed",
        ),
      afterParked: z
        .enum(["wait", "pass"])
        .default("wait")
        .describe("whether later rows with the key of a refused row wait or are published"),
    })
    .prefault({}),
  retention: z
    .strictObject({
      results: durationSchema.prefault("90d").describe("how long single results are kept"),
      hourly: durationSchema.prefault("400d").describe("how long hourly counts are kept"),
      daily: durationSchema.prefault("3650d").describe("how long daily counts are kept"),
    })
    .prefault({}),
  channels: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]*$/i, "must be letters, digits and hyphens"),
      channelSettingsSchema,
    )
    .default({})
    .describe("alert channels by name"),
  routes: z
    .array(routeSchema)
    .default([])
    .describe("which channels receive which incidents; without routes, every channel receives all"),
  onCall: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9-]*$/i, "must be letters, digits and hyphens"), rotationSchema)
    .default({})
    .describe("on-call rotations by name, for the `onCall` of routes and escalation steps"),
  heartbeat: heartbeatSchema.prefault({}),
  maintenance: z
    .array(maintenanceWindowSchema)
    .default([])
    .describe("planned work during which nobody is alerted"),
  objectives: z
    .array(objectiveEntrySchema)
    .default([])
    .describe("objectives of uptime, which reports hold against what was reached"),
  statusPages: z
    .array(configuredStatusPageSchema)
    .max(100)
    .default([])
    .describe("status pages, in addition to those in the table"),
  subscriberTargets: listOfText
    .pipe(z.array(z.enum(addressClasses)))
    .prefault("public")
    .describe(
      "classes of addresses that webhooks of a status page's subscribers may have: public, private, loopback, link-local, reserved",
    ),
  server: z
    .strictObject({
      address: text.default("127.0.0.1").describe("address on which the dashboard and the API are served"),
      port: wholeNumber
        .min(0)
        .max(65535)
        .default(8642)
        .describe("port of the dashboard and the API; `up` takes one of the next 20 when it is in use"),
      publicUrl: z
        .url({ protocol: /^https?$/, error: "must be an address such as https://status.example.org/" })
        .optional()
        .describe("address under which people reach the dashboard, such as https://status.example.org/"),
      trustProxy: listOfText
        .optional()
        .describe(
          "addresses or networks of reverse proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8 or loopback",
        ),
      maxRequestsPerMinute: wholeNumber
        .min(1)
        .max(1_000_000)
        .default(6000)
        .describe("largest number of requests of one client address within a minute"),
    })
    .prefault({}),
  accounts: accountSettingsSchema.prefault({}),
  health: z
    .strictObject({
      address: text
        .optional()
        .describe("host:port for /metrics, /livez and /readyz of a running app; not served when omitted"),
    })
    .prefault({}),
  checks: z
    .strictObject({
      maxConcurrent: wholeNumber
        .min(1)
        .max(100_000)
        .default(100)
        .describe("largest number of checks in flight"),
      maxPerHost: wholeNumber
        .min(1)
        .max(10_000)
        .default(4)
        .describe("largest number of checks in flight per host"),
      targets: listOfText
        .pipe(z.array(z.enum(addressClasses)))
        .prefault("public,private,loopback")
        .describe(
          "classes of addresses that may be checked: public, private, loopback, link-local, reserved",
        ),
      referenceAddresses: anyListOfText
        .pipe(
          z
            .array(
              z.string().regex(/^(?:\[[0-9A-Fa-f:.]+\]|[^\s:[\]]+):\d{1,5}$/, "must look like host:port"),
            )
            .max(20),
        )
        .default([])
        .describe(
          "addresses as host:port that a monitor can always reach, such as 1.1.1.1:443,9.9.9.9:443; when it reaches none of them, a failed check counts as not observed; none by default",
        ),
    })
    .prefault({}),
  domains: z
    .strictObject({
      rdapServer: z
        .url({ protocol: /^https?$/, error: "must be an http:// or https:// URL" })
        .optional()
        .describe(
          "RDAP server that is asked once a day when the domain of each site expires, such as https://rdap.org/; not asked without it",
        ),
    })
    .prefault({}),
});

export type Configuration = z.output<typeof configurationSchema>;
export type SiteEntry = z.output<typeof siteEntrySchema>;
