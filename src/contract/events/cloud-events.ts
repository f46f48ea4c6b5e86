/**
 * CloudEvents 1.0 in Kafka's binary content mode: attributes in `ce_` headers, only the data in the value
 * (CloudEvents Kafka protocol binding 1.0.2, section 3.2).
 */
import type { CheckResult } from "../checks/check-result.ts";
import { resultIdentity } from "../identity.ts";
import type { Event } from "./event.ts";
import { CHECKS_TOPIC } from "./topics.ts";

export const CHECK_RESULT_TYPE = "dev.sitewire.check.v1";
export const CHECK_RESULT_SCHEMA_URN = "urn:sitewire:schema:check-result:v1";

const encoder = new TextEncoder();

/** Creates the event of a result. Its key is the site's id, which keeps a site's results in order. */
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
