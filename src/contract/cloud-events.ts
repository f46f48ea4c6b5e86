/**
 * CloudEvents 1.0 in Kafka's binary content mode: attributes in `ce_` headers, the data alone in the value
 * (CloudEvents Kafka protocol binding 1.0.2, section 3.2).
 */
import { type CheckResult, checkResultSchema } from "./check-result.ts";
import type { ConsumedEvent, Event } from "./event.ts";
import { resultIdentity } from "./identity.ts";
import { CHECKS_TOPIC } from "./topics.ts";

export const CHECK_RESULT_TYPE = "dev.sitewire.check.v1";
const CHECK_RESULT_TYPE_PATTERN = /^dev\.sitewire\.check\.v(\d+)$/;
const CHECK_RESULT_MAJOR_VERSION = 1;
export const CHECK_RESULT_SCHEMA_URN = "urn:sitewire:schema:check-result:v1";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Thrown by `readCheckResult`; the message is the dead letter's reason. */
export class UnreadableEventError extends Error {
  override readonly name = "UnreadableEventError";
}

/** The event that carries a result; its key is the site's id, so that one site's results stay in order. */
export function checkResultEvent(result: CheckResult, topic: string = CHECKS_TOPIC): Event {
  return {
    topic,
    key: result.siteId,
    headers: {
      ce_specversion: "1.0",
      ce_type: CHECK_RESULT_TYPE,
      ce_source: `/sitewire/monitor/${encodeURIComponent(result.location)}`,
      ce_id: resultIdentity(result),
      ce_time: result.checkedAt,
      ce_subject: result.siteId,
      ce_dataschema: CHECK_RESULT_SCHEMA_URN,
      ce_partitionkey: result.siteId,
      "content-type": "application/json",
    },
    value: encoder.encode(JSON.stringify(result)),
  };
}

/**
 * The result an event carries. A missing type header is taken for version 1, so that a plain producer (kcat, a
 * script) is understood too.
 * Throws `UnreadableEventError` with a reason that names what is wrong.
 */
export function readCheckResult(event: Pick<ConsumedEvent, "header" | "value">): CheckResult {
  const type = event.header("ce_type");
  if (type !== undefined) refuseOtherTypes(type);
  if (event.value === null) throw new UnreadableEventError("the message has no value");
  const parsed = checkResultSchema.safeParse(parseJson(event.value));
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join(".") || "value"}: ${issue.message}`);
    throw new UnreadableEventError(`not a check result: ${issues.slice(0, 5).join("; ")}`);
  }
  return parsed.data;
}

function refuseOtherTypes(type: string): void {
  const version = CHECK_RESULT_TYPE_PATTERN.exec(type)?.[1];
  if (version === undefined) throw new UnreadableEventError(`ce_type ${type} is not ${CHECK_RESULT_TYPE}`);
  if (Number(version) > CHECK_RESULT_MAJOR_VERSION) {
    throw new UnreadableEventError(
      `version ${version} of the check result is newer than ${CHECK_RESULT_MAJOR_VERSION}, the newest this consumer reads: upgrade the consumer, then replay`,
    );
  }
}

function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(value));
  } catch (error) {
    throw new UnreadableEventError(
      `not JSON in UTF-8: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
