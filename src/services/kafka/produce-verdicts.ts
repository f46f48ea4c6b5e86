/** Reads a failed produce call: what the broker said of each partition's batch. */
import { protocolErrorsCodesById } from "@platformatic/kafka";
import { z } from "zod";
import { errorTree } from "./error-tree.ts";
import { keyOf } from "./produce-plan.ts";

export type BatchVerdict =
  | { readonly kind: "acknowledged" }
  /** The broker refuses the batch, and will whenever it comes again. */
  | {
      readonly kind: "refused";
      readonly code: string;
      readonly reason: string;
      /** The records at fault, by position in the batch, where the broker names them. */
      readonly badRecords: ReadonlyMap<number, string>;
    }
  /** The producer's identity is not accepted any more; with a new one the batch can be sent again. */
  | { readonly kind: "stale-identity" }
  /** Not this time. */
  | { readonly kind: "failed"; readonly code: string };

const refusals = new Set([
  "MESSAGE_TOO_LARGE",
  "RECORD_LIST_TOO_LARGE",
  "INVALID_TOPIC_EXCEPTION",
  "TOPIC_AUTHORIZATION_FAILED",
  "INVALID_TIMESTAMP",
  "INVALID_RECORD",
  "POLICY_VIOLATION",
  "UNSUPPORTED_FOR_MESSAGE_FORMAT",
]);

const staleIdentities = new Set([
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
  "UNKNOWN_PRODUCER_ID",
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
  "PRODUCER_FENCED",
]);

const produceResponse = z.object({
  responses: z.array(
    z.object({
      name: z.string(),
      partitionResponses: z.array(
        z.object({
          index: z.number(),
          errorCode: z.number(),
          errorMessage: z.string().nullish(),
          recordErrors: z
            .array(z.object({ batchIndex: z.number(), batchIndexErrorMessage: z.string().nullish() }))
            .optional(),
        }),
      ),
    }),
  ),
});

/** What came of the batches for which some broker answered, by `keyOf`; those it lacks are of unknown fate. */
export function verdictsOf(error: unknown): ReadonlyMap<string, BatchVerdict> {
  const verdicts = new Map<string, BatchVerdict>();
  for (const inner of errorTree(error)) {
    for (const { topic, partition } of acknowledgedIn(inner)) {
      verdicts.set(keyOf({ topic, partition }), { kind: "acknowledged" });
    }
    const parsed = produceResponse.safeParse("response" in inner ? inner.response : undefined);
    if (!parsed.success) continue;
    for (const { name: topic, partitionResponses } of parsed.data.responses) {
      for (const response of partitionResponses) {
        verdicts.set(keyOf({ topic, partition: response.index }), verdictOf(topic, response));
      }
    }
  }
  return verdicts;
}

interface PartitionResponse {
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
  readonly recordErrors?:
    | readonly {
        readonly batchIndex: number;
        readonly batchIndexErrorMessage?: string | null | undefined;
      }[]
    | undefined;
}

function verdictOf(topic: string, response: PartitionResponse): BatchVerdict {
  const { errorCode, errorMessage, recordErrors = [] } = response;
  const code = protocolErrorsCodesById[errorCode] ?? `error ${errorCode}`;
  // A duplicate is a batch of ours that arrived before and whose answer was lost.
  if (code === "NONE" || code === "DUPLICATE_SEQUENCE_NUMBER") return { kind: "acknowledged" };
  if (staleIdentities.has(code)) return { kind: "stale-identity" };
  if (!refusals.has(code)) return { kind: "failed", code };
  const badRecords = new Map(
    recordErrors.map(({ batchIndex, batchIndexErrorMessage }) => [
      batchIndex,
      refusalReason(topic, code, batchIndexErrorMessage ?? errorMessage),
    ]),
  );
  return { kind: "refused", code, reason: refusalReason(topic, code, errorMessage), badRecords };
}

/** Why a topic refuses an event, and what a person can do about it. */
export function refusalReason(topic: string, code: string, detail?: string | null): string {
  const said = detail ? ` (${detail})` : "";
  switch (code) {
    case "MESSAGE_TOO_LARGE":
    case "RECORD_LIST_TOO_LARGE":
      return `topic "${topic}" refuses a record of this size${said}: raise its max.message.bytes, or send less`;
    case "TOPIC_AUTHORIZATION_FAILED":
      return `not authorised to write to topic "${topic}"${said}: grant Write on it, then retry`;
    case "UNKNOWN_TOPIC_OR_PARTITION":
      return `topic "${topic}" does not exist${said}: create it, then retry`;
    case "INVALID_TOPIC_EXCEPTION":
      return `"${topic}" is not a name that a topic can have${said}`;
    default:
      return `topic "${topic}" refuses the record: ${code}${said}`;
  }
}

const acknowledged = z.object({
  offsets: z.array(z.object({ topic: z.string(), partition: z.number() })).optional(),
});

/** When some brokers failed, the client hands over what the others took as a property of the error. */
function acknowledgedIn(error: Error): readonly { topic: string; partition: number }[] {
  const parsed = acknowledged.safeParse("produced" in error ? error.produced : undefined);
  return parsed.success ? (parsed.data.offsets ?? []) : [];
}
