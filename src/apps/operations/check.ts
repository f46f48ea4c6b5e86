/** Checks each site once, now; with `publish` straight to Kafka, with no database at all. */
import type { CheckResult } from "../../contract/check-result.ts";
import { checkResultEvent } from "../../contract/cloud-events.ts";
import type { KafkaSettings } from "../../contract/connection-settings.ts";
import { FailureError, UsageError } from "../../contract/errors.ts";
import type { Site } from "../../contract/site.ts";
import { topicsOf } from "../../contract/topics.ts";
import { UnavailableError } from "../../core/failures.ts";
import { createPoliteness } from "../../core/scheduling/politeness.ts";
import { slotAtOrBefore } from "../../core/scheduling/slots.ts";
import { kafkaSettings } from "../../services/configuration/connections.ts";
import { createKafkaPublisher } from "../../services/kafka/publishing/publisher.ts";
import { ensureTopics } from "../../services/kafka/topics/topics.ts";
import { systemClock } from "../../services/process/clock.ts";
import { createAppChecker } from "../wiring/checking.ts";
import { PUBLISH_TIMEOUT_MS, sitewireTopics } from "../wiring/event-log.ts";
import { type AppContext, type Invocation, startApp } from "../wiring/invocation.ts";
import { namedSites, type SiteArguments } from "../wiring/watched-sites.ts";

export interface CheckOptions {
  readonly sites: SiteArguments;
  readonly publish: boolean;
  readonly onResults: (results: readonly CheckResult[]) => void;
}

/**
 * Throws `UsageError` (no site, a wrong one, or `publish` without Kafka) before anything is checked, and
 * `UnavailableError` or `FailureError` when the results could not be published.
 */
export async function runCheck(invocation: Invocation, options: CheckOptions): Promise<{ anyDown: boolean }> {
  const context = startApp("check", invocation);
  const sites = namedSites(context, options.sites);
  if (sites.length === 0) {
    throw new UsageError("no site to check: name one, as in: sitewire check https://example.org/");
  }
  const kafka = kafkaSettings(context.configuration, invocation.workingDirectory);
  if (options.publish && kafka === null) {
    throw new UsageError(
      "--publish needs Kafka: set KAFKA_BROKERS (or BOOTSTRAP_SERVER) to host:port of a broker",
    );
  }
  const results = await checkAll(sites, context, options);
  if (options.publish && kafka !== null) {
    await publish(results, kafka, context);
    options.onResults(results);
  }
  return { anyDown: results.some(({ verdict }) => verdict === "down") };
}

async function checkAll(
  sites: readonly Site[],
  context: AppContext,
  options: CheckOptions,
): Promise<readonly CheckResult[]> {
  const { signal } = context.invocation;
  const checker = createAppChecker(context);
  const limit = createPoliteness(context.configuration.checks);
  const prepared = sites.map((site) => ({ site, check: checker.prepare(site) }));
  const checks = prepared.map(async ({ site, check }) => {
    const nowMs = systemClock.now();
    const slotMs = options.sites.every === undefined ? nowMs : slotAtOrBefore(site, nowMs);
    const result = await limit.run(new URL(site.url).host, () => check.run(slotMs, signal), signal);
    if (!options.publish) options.onResults([result]);
    return result;
  });
  return await Promise.all(checks);
}

/** Throws `UnavailableError`, or `FailureError` when the topic refuses a result. */
async function publish(
  results: readonly CheckResult[],
  settings: KafkaSettings,
  context: AppContext,
): Promise<void> {
  const topic = topicsOf(context.configuration.kafka.topicPrefix).checks;
  await ensureTopics(settings, sitewireTopics(context));
  const { log } = context;
  const publisher = createKafkaPublisher({ settings, requestTimeoutMs: PUBLISH_TIMEOUT_MS, log });
  try {
    const outcomes = await publisher.publish(results.map((result) => checkResultEvent(result, topic)));
    const refused = outcomes.find((outcome) => outcome.kind === "refused");
    if (refused?.kind === "refused") {
      throw new FailureError(`the topic refuses a result (${refused.code}): ${refused.reason}`);
    }
    const unknown = outcomes.find((outcome) => outcome.kind === "unknown");
    if (unknown?.kind === "unknown") throw new UnavailableError(unknown.reason);
  } finally {
    await publisher.close();
  }
}
