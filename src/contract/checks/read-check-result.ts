/** Parses the check result in an event. */
import { Ajv } from "ajv";
import { z } from "zod";
import { messageOf } from "../errors.ts";
import { CHECK_RESULT_TYPE } from "../events/cloud-events.ts";
import type { ConsumedEvent } from "../events/event.ts";
import { type CheckResult, checkResultSchema } from "./check-result.ts";

const CHECK_RESULT_TYPE_PATTERN = /^dev\.sitewire\.check\.v(\d+)$/;
const CHECK_RESULT_MAJOR_VERSION = 1;

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The published JSON Schema, compiled by Ajv, which is six times as fast as the zod schema. The zod schema only explains
 * errors. Removes unknown fields.
 */
const isCheckResult = new Ajv({
  removeAdditional: "all",
  // Every format in the schema has a pattern too. Lengths count UTF-16 units, as in zod.
  validateFormats: false,
  unicode: false,
  // Otherwise Ajv prints that `unicode` is deprecated.
  logger: false,
}).compile<CheckResult>(publishedSchema());

/** An event without a valid result. The message is the reason in the dead letter. */
export class UnreadableEventError extends Error {
  override readonly name = "UnreadableEventError";
}

function publishedSchema(): object {
  // Ajv's default class does not accept the URL of the 2020-12 dialect.
  const { $schema, ...schema } = z.toJSONSchema(checkResultSchema, { io: "input" });
  return schema;
}

/**
 * Parses the result of an event. Treats a missing type header as version 1, which allows plain producers (kcat, a
 * script). Throws `UnreadableEventError`, whose message names the fault.
 */
export function readCheckResult(event: Pick<ConsumedEvent, "header" | "value">): CheckResult {
  const type = event.header("ce_type");
  if (type !== undefined && type !== CHECK_RESULT_TYPE) refuseOtherTypes(type);
  if (event.value === null) throw new UnreadableEventError("the message has no value");
  return parseCheckResult(parseJson(event.value));
}

/** Validates a result against its schema, and removes unknown fields. Throws `UnreadableEventError`. */
export function parseCheckResult(json: unknown): CheckResult {
  return isCheckResult(json) ? json : parseExplaining(json);
}

/** Parses with the slower schema, which names each invalid field. */
function parseExplaining(json: unknown): CheckResult {
  const parsed = checkResultSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UnreadableEventError(`not a check result: ${listIssues(parsed.error)}`);
}

/** Lists the first five invalid fields. */
export function listIssues({ issues }: z.ZodError): string {
  const listed = issues.slice(0, 5).map(({ path, message }) => `${path.join(".") || "value"}: ${message}`);
  return listed.join("; ");
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

/** Parses JSON in UTF-8. Throws `UnreadableEventError`. */
export function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(value));
  } catch (error) {
    throw new UnreadableEventError(`not JSON in UTF-8: ${messageOf(error)}`);
  }
}
