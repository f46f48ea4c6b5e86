/** Messages that could not be recorded, as the command line deals with them. */
import { FailureError } from "../../contract/errors.ts";
import { RefusedError } from "../../core/failures.ts";
import type { Settlement } from "../../core/recording/dead-letter.ts";
import {
  type DeadLetter,
  type DeadLetterLog,
  readOpenDeadLetters,
  settleDeadLetters,
} from "../../core/recording/open-dead-letters.ts";
import { systemClock } from "../../services/process/clock.ts";
import { connectDatabase } from "../wiring/databases.ts";
import { configuredKafka, openEventLog, openKafkaLog } from "../wiring/event-log.ts";
import { type AppContext, type Invocation, startApp } from "../wiring/invocation.ts";

/** Open letters, oldest first within their partition, at most `limit`. */
export async function listDeadLetters(invocation: Invocation, limit: number): Promise<readonly DeadLetter[]> {
  return await withDeadLetters(invocation, async (log) => {
    const letters: DeadLetter[] = [];
    const keep = (letter: DeadLetter): void => {
      if (letters.length < limit) letters.push(letter);
    };
    await readOpenDeadLetters(log, keep, invocation.signal);
    return letters;
  });
}

/** Throws `FailureError` when no open letter has the id. */
export async function showDeadLetter(invocation: Invocation, id: string): Promise<DeadLetter> {
  return await withDeadLetters(invocation, async (log) => {
    const found: DeadLetter[] = [];
    const keep = (letter: DeadLetter): void => {
      if (letter.id === id) found.push(letter);
    };
    await readOpenDeadLetters(log, keep, invocation.signal);
    const [letter] = found;
    if (letter === undefined) throw noSuchLetter(id);
    return letter;
  });
}

/** Returns how many were settled. Throws `FailureError` when one of the ids is not that of an open letter. */
export async function settle(
  invocation: Invocation,
  which: readonly string[] | "all",
  by: Settlement,
): Promise<number> {
  return await withDeadLetters(invocation, async (log) => {
    try {
      const wanted = which === "all" ? which : new Set(which);
      const settled = new Set(await settleDeadLetters(log, wanted, by, invocation.signal));
      const missing = which === "all" ? undefined : which.find((id) => !settled.has(id));
      if (missing !== undefined) throw noSuchLetter(missing);
      return settled.size;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      throw new FailureError(`its topic refuses it again (${error.code}): ${error.message}`);
    }
  });
}

function noSuchLetter(id: string): FailureError {
  return new FailureError(`no open dead letter has the id ${id}; see: sitewire dead-letters list`);
}

async function withDeadLetters<T>(
  invocation: Invocation,
  work: (log: DeadLetterLog) => Promise<T>,
): Promise<T> {
  const context = startApp("dead-letters", invocation);
  const kafka = configuredKafka(context);
  if (kafka === null) return await withDatabaseLog(context, work);
  // With Kafka no database is needed: the letters are in their topic.
  const log = openKafkaLog(context, kafka);
  try {
    return await work({ ...log, clock: systemClock });
  } finally {
    await log.publisher.close();
  }
}

async function withDatabaseLog<T>(context: AppContext, work: (log: DeadLetterLog) => Promise<T>): Promise<T> {
  const { database } = await connectDatabase(context);
  try {
    await database.migrate();
    return await work({ ...openEventLog(context, database), clock: systemClock });
  } finally {
    await database.close();
  }
}
