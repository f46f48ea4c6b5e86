/** From an event back to the result it carries. */
import { Ajv } from "ajv";
import { z } from "zod";
import { type CheckResult, checkResultSchema } from "./check-result.ts";
import { CHECK_RESULT_TYPE } from "./cloud-events.ts";
import { messageOf } from "./errors.ts";
import type { ConsumedEvent } from "./event.ts";

const CHECK_RESULT_TYPE_PATTERN = /^dev\.sitewire\.check\.v(\d+)$/;
const CHECK_RESULT_MAJOR_VERSION = 1;

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The published JSON Schema, compiled: six times as fast as the schema it is made of, which explains what is wrong.
 * Removes the fields it does not know.
 */
const isCheckResult = new Ajv({
  removeAdditional: "all",
  // Its formats are patterns as well, and lengths count as the schema's own do.
  validateFormats: false,
  unicode: false,
  // It would tell on standard error that the option above is deprecated.
  logger: false,
}).compile<CheckResult>(publishedSchema());

/** Thrown by `readCheckResult`; the message is the dead letter's reason. */
export class UnreadableEventError extends Error {
  override readonly name = "UnreadableEventError";
}

function publishedSchema(): object {
  // Ajv knows this dialect by another object of its own.
  const { $schema, ...schema } = z.toJSONSchema(checkResultSchema, { io: "input" });
  return schema;
}

/**
 * The result an event carries. A missing type header is taken for version 1, so that a plain producer (kcat, a
 * script) is understood too.
 * Throws `UnreadableEventError` with a reason that names what is wrong.
 */
export function readCheckResult(event: Pick<ConsumedEvent, "header" | "value">): CheckResult {
  const type = event.header("ce_type");
  if (type !== undefined && type !== CHECK_RESULT_TYPE) refuseOtherTypes(type);
  if (event.value === null) throw new UnreadableEventError("the message has no value");
  const json = parseJson(event.value);
  return isCheckResult(json) ? json : explained(json);
}

/** What is wrong with it, in the schema's own words. */
function explained(json: unknown): CheckResult {
  const parsed = checkResultSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join(".") || "value"}: ${issue.message}`);
  throw new UnreadableEventError(`not a check result: ${issues.slice(0, 5).join("; ")}`);
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
    throw new UnreadableEventError(`not JSON in UTF-8: ${messageOf(error)}`);
  }
}
