/** `sitewire dead-letters`: list and settle messages that could not be recorded. */
import type { Command } from "commander";
import type { RecordedChange } from "../../../apps/operations/accounts/audit.ts";
import type { DeadLetterResources } from "../../../apps/operations/pipeline/dead-letters.ts";
import { FailureError, messageOf } from "../../../contract/errors.ts";
import { NEVER_PUBLISHED, type Settlement } from "../../../core/recording/dead-letter.ts";
import type { DeadLetter } from "../../../core/recording/open-dead-letters.ts";
import { parseLimit, someOrAll } from "../../arguments.ts";
import { changedBy } from "../../changed-by.ts";
import { onDatabase } from "../../on-database.ts";
import { monotonicMs, showProgress } from "../../progress.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface ListOptions extends GlobalOptions {
  readonly limit: string;
  readonly json?: boolean;
}

export function addDeadLettersCommand(program: Command, terminal: Terminal): void {
  const letters = program
    .command("dead-letters")
    .description("list, replay and discard messages that could not be recorded");
  letters
    .command("list")
    .description("list open dead letters, oldest first")
    .option("--limit <count>", "at most this many", "100")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const limit = parseLimit(options.limit);
      const { listDeadLetters } = await import("../../../apps/operations/pipeline/dead-letters.ts");
      const found = await onDeadLetters(terminal, options, (resources) =>
        listDeadLetters(resources, { limit }),
      );
      const format = (letter: DeadLetter) =>
        options.json === true ? JSON.stringify(asJson(letter)) : formatLetter(letter);
      terminal.stdout.write(found.map((letter) => `${format(letter)}\n`).join(""));
      if (found.length === 0 && options.json !== true) terminal.stderr.write("no dead letters\n");
    });
  letters
    .command("show")
    .description("print one dead letter as JSON")
    .argument("<id>", "id, as listed")
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { showDeadLetter } = await import("../../../apps/operations/pipeline/dead-letters.ts");
      const letter = await onDeadLetters(terminal, options, (resources) => showDeadLetter(resources, id));
      terminal.stdout.write(`${JSON.stringify(asJson(letter), null, 2)}\n`);
    });
  addSettlement(letters, terminal, "replay", "publish dead letters again to their original topics");
  addSettlement(
    letters,
    terminal,
    "discard",
    "discard dead letters; they stay in their topic but are no longer listed",
  );
}

function addSettlement(parent: Command, terminal: Terminal, by: Settlement, description: string): void {
  parent
    .command(by)
    .description(description)
    .argument("[id...]", "ids, as listed")
    .option("--all", "every open dead letter")
    .action(async (ids: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { all?: boolean }>();
      const which = someOrAll(ids, options.all);
      const { settle } = await import("../../../apps/operations/pipeline/dead-letters.ts");
      const { deadLettersSettled } = await import("../../../apps/operations/accounts/changes.ts");
      const progress = showProgress(terminal, { unit: "dead letters", total: null, nowMs: monotonicMs });
      const count = await onDeadLetters(terminal, options, (resources) =>
        settle(resources, { ids: which, by, onProgress: progress.report }),
      );
      progress.finish();
      if (count > 0) await recordSettled(terminal, options, deadLettersSettled(by, { ids: which, count }));
      if (count === 0) throw new FailureError(`no dead letter to ${by}`);
      terminal.stdout.write(`${by === "replay" ? "replayed" : "discarded"} ${count}\n`);
    });
}

/** With Kafka, dead letters need no database: then the change is recorded where one can be opened. */
async function recordSettled(
  terminal: Terminal,
  options: GlobalOptions,
  change: RecordedChange,
): Promise<void> {
  const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
  try {
    await onDatabase("dead-letters", invocationOf(terminal, options), ({ database }) =>
      recordChange(database, changedBy(terminal), change),
    );
  } catch (error) {
    terminal.stderr.write(`not in the audit log: ${messageOf(error)}\n`);
  }
}

async function onDeadLetters<T>(
  terminal: Terminal,
  options: GlobalOptions,
  work: (resources: DeadLetterResources) => Promise<T>,
): Promise<T> {
  const { startApp } = await import("../../../apps/wiring/invocation.ts");
  const { withDeadLetters } = await import("../../../apps/wiring/event-log/opening-event-log.ts");
  const context = startApp("dead-letters", invocationOf(terminal, options));
  const { signal } = terminal;
  return await withDeadLetters(context, (deadLetters) => work({ deadLetters, signal }));
}

function formatLetter({ id, origin }: DeadLetter): string {
  if (origin === null) return `${id}  not a message of Sitewire's`;
  const { topic, partition, offset } = origin;
  const from =
    partition === NEVER_PUBLISHED ? `${topic}, never published` : `${topic}/${partition}@${offset}`;
  return `${id}  ${origin.diedAt}  ${from}  ${origin.code}: ${origin.reason}`;
}

function asJson({ id, origin, event }: DeadLetter): object {
  const value = event.value === null ? null : new TextDecoder().decode(event.value);
  return { id, origin, key: event.key, headers: event.headers, value };
}
