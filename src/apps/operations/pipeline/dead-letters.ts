/** Lists, shows and settles messages that could not be recorded. */
import { FailureError } from "../../../contract/errors.ts";
import { RefusedError } from "../../../core/failures.ts";
import type { Settlement } from "../../../core/recording/dead-letter.ts";
import {
  type DeadLetter,
  type DeadLetterLog,
  readOpenDeadLetters,
  settleDeadLetters,
} from "../../../core/recording/open-dead-letters.ts";

export interface DeadLetterResources {
  readonly deadLetters: DeadLetterLog;
  readonly signal: AbortSignal;
}

/** Returns at most `limit` open dead letters, oldest first within each partition. Throws `UnavailableError`. */
export async function listDeadLetters(
  { deadLetters, signal }: DeadLetterResources,
  { limit }: { readonly limit: number },
): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  const keep = (letter: DeadLetter): void => {
    if (letters.length < limit) letters.push(letter);
  };
  await readOpenDeadLetters(deadLetters, keep, signal);
  return letters;
}

/** Returns one dead letter. Throws `FailureError` when no open dead letter has the id. */
export async function showDeadLetter(
  { deadLetters, signal }: DeadLetterResources,
  id: string,
): Promise<DeadLetter> {
  const found: DeadLetter[] = [];
  const keep = (letter: DeadLetter): void => {
    if (letter.id === id) found.push(letter);
  };
  await readOpenDeadLetters(deadLetters, keep, signal);
  const [letter] = found;
  if (letter === undefined) throw noSuchLetter(id);
  return letter;
}

export interface SettledLetters {
  readonly ids: readonly string[] | "all";
  readonly by: Settlement;
  /** Called with the number settled so far. */
  readonly onProgress?: ((count: number) => void) | undefined;
}

/** Returns the number settled. Throws `FailureError` when an id does not belong to an open dead letter. */
export async function settle(
  { deadLetters, signal }: DeadLetterResources,
  { ids, by, onProgress }: SettledLetters,
): Promise<number> {
  try {
    const wanted = ids === "all" ? ids : new Set(ids);
    const settled = new Set(await settleDeadLetters(deadLetters, wanted, by, signal, onProgress));
    const missing = ids === "all" ? undefined : ids.find((id) => !settled.has(id));
    if (missing !== undefined) throw noSuchLetter(missing);
    return settled.size;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new FailureError(`its topic refused it again (${error.code}): ${error.message}`);
  }
}

function noSuchLetter(id: string): FailureError {
  return new FailureError(`no open dead letter has the id ${id}; see: sitewire dead-letters list`);
}
