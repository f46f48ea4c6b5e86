/** Reads the result that an event carries. */
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
 * The published JSON Schema, compiled by Ajv: six times as fast as the zod schema, which then only explains what is
 * wrong. Removes the fields it does not know.
 */
const isCheckResult = new Ajv({
  removeAdditional: "all",
  // Every format in the schema is a pattern too. Lengths count UTF-16 units, as zod's do.
  validateFormats: false,
  unicode: false,
  // Ajv would print that `unicode` is deprecated.
  logger: false,
}).compile<CheckResult>(publishedSchema());

/** An event that carries no result; the message is the dead letter's reason. */
export class UnreadableEventError extends Error {
  override readonly name = "UnreadableEventError";
}

function publishedSchema(): object {
  // Ajv's default class does not know the 2020-12 dialect by its URL.
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
  return parseCheckResult(parseJson(event.value));
}

/** A result, checked against its schema; fields the schema does not know are removed. Throws `UnreadableEventError`. */
export function parseCheckResult(json: unknown): CheckResult {
  return isCheckResult(json) ? json : parseExplaining(json);
}

/** The slow schema names each wrong field. */
function parseExplaining(json: unknown): CheckResult {
  const parsed = checkResultSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UnreadableEventError(`not a check result: ${listIssues(parsed.error)}`);
}

/** The first wrong fields, one after the other. */
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

/** The JSON value in UTF-8 bytes. Throws `UnreadableEventError`. */
export function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(value));
  } catch (error) {
    throw new UnreadableEventError(`not JSON in UTF-8: ${messageOf(error)}`);
  }
}
