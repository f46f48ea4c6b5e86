/** Describes a failure of Kafka in one line: where, the cause in plain words, the fix. */
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import { brokerDetail, brokerErrorNames, errorTree, failedPlace } from "../client-adapters/client-errors.ts";
import { knownCauses, type Subject } from "./known-causes.ts";

/** What went wrong and what a person can do about it. */
export interface Diagnosis {
  /** host:port when it is known, else all configured brokers. */
  readonly where: string;
  readonly cause: string;
  readonly fix: string;
}

export function diagnose(error: unknown, settings: KafkaSettings, subject: Subject = {}): Diagnosis {
  const errors = errorTree(error);
  const where = failedPlace(errors) ?? settings.brokers.join(", ");
  const known = knownCauses.find(({ matches }) => errors.some(matches));
  if (known !== undefined) {
    return { where, cause: known.cause(settings, subject), fix: known.fix(settings, subject) };
  }
  return {
    where,
    cause: withoutSecrets(oneLine(unknownCause(error, errors)), settings),
    fix: "see whether the broker runs and its log",
  };
}

/** The broker's error when there is one, else the message of the innermost error. */
function unknownCause(error: unknown, errors: readonly Error[]): string {
  const innermost = errors.at(-1)?.message ?? String(error);
  const [name] = brokerErrorNames(error);
  return name === undefined ? innermost : `the broker answered ${name}: ${brokerDetail(error) ?? innermost}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 300);
}

function withoutSecrets(text: string, { sasl }: KafkaSettings): string {
  return sasl === null || sasl.password === "" ? text : text.replaceAll(sasl.password, "***");
}
