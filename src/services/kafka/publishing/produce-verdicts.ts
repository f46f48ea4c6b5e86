/** What the broker says of each partition's batch, and what that means. */
import { brokerError } from "../client-adapters/client-errors.ts";
import { errorNameOf } from "../client-adapters/wire.ts";
import type { PartitionAnswer } from "../protocol/produce-format.ts";

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
  /** It was certainly not written this time. */
  | { readonly kind: "not-written"; readonly error: unknown }
  /** It may have been written: only the same batch under the same name may be sent again without doubling it. */
  | { readonly kind: "unanswered"; readonly error: unknown };

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

/** What the broker checks before it writes anything (Kafka protocol guide, "Error Codes"). */
const notWritten = new Set([
  "UNKNOWN_TOPIC_OR_PARTITION",
  "LEADER_NOT_AVAILABLE",
  "NOT_LEADER_OR_FOLLOWER",
  "NOT_ENOUGH_REPLICAS",
  "BROKER_NOT_AVAILABLE",
  "REPLICA_NOT_AVAILABLE",
  "FENCED_LEADER_EPOCH",
  "UNKNOWN_LEADER_EPOCH",
  "CLUSTER_AUTHORIZATION_FAILED",
]);

const staleIdentities = new Set([
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
  "UNKNOWN_PRODUCER_ID",
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
  "PRODUCER_FENCED",
]);

export function verdictOf({ topic, errorCode, errorMessage, recordErrors }: PartitionAnswer): BatchVerdict {
  const code = errorNameOf(errorCode);
  // A duplicate is a batch of ours that arrived before and whose answer was lost.
  if (code === "NONE" || code === "DUPLICATE_SEQUENCE_NUMBER") return { kind: "acknowledged" };
  if (code !== null && staleIdentities.has(code)) return { kind: "stale-identity" };
  if (code === null || !refusals.has(code)) {
    const kind = code !== null && notWritten.has(code) ? "not-written" : "unanswered";
    return { kind, error: brokerError(errorCode, errorMessage) };
  }
  const badRecords = new Map(
    recordErrors.map(({ position, message }) => [
      position,
      refusalReason(topic, code, message ?? errorMessage),
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
