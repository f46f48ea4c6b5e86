/** `sitewire status-page subscribers` and `unsubscribe`: who is told what a page announces. */
import type { Command } from "commander";
import { FailureError } from "../../../contract/errors.ts";
import { onDatabase } from "../../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface SubscriberOptions extends GlobalOptions {
  readonly json?: boolean;
}

const COMMAND = "status-page";
const READ_AT_ONCE = 1000;

export function addSubscriberCommands(statusPage: Command, terminal: Terminal): void {
  statusPage
    .command("subscribers")
    .description("list who is subscribed to a page")
    .argument("<slug>", "page")
    .option("--json", "print JSON lines")
    .action(async (slug: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SubscriberOptions>();
      const { listSubscribers } = await import("../../../apps/operations/status-pages/subscriptions.ts");
      await onDatabase(COMMAND, invocationOf(terminal, options), async ({ database, context }) => {
        const resources = { database, configuration: context.configuration };
        let after: string | undefined;
        do {
          const { subscribers, confirmed, total } = await listSubscribers(resources, slug, {
            after,
            limit: READ_AT_ONCE,
          });
          for (const { sealedSecret: _secret, ...subscriber } of subscribers) {
            const { id, kind, address, confirmedAtMs, endedAtMs } = subscriber;
            const state = endedAtMs !== null ? "ended" : confirmedAtMs !== null ? "confirmed" : "unconfirmed";
            const line =
              options.json === true
                ? JSON.stringify({ ...subscriber, state })
                : `${id}  ${kind}  ${state}  ${address}`;
            terminal.stdout.write(`${line}\n`);
          }
          after = subscribers.length < READ_AT_ONCE ? undefined : subscribers.at(-1)?.id;
          if (after === undefined && options.json !== true)
            terminal.stderr.write(`${confirmed} of ${total} confirmed\n`);
        } while (after !== undefined);
      });
    });
  statusPage
    .command("unsubscribe")
    .description("remove a subscriber of a page")
    .argument("<slug>", "page")
    .argument("<id>", "subscriber, as listed")
    .action(async (slug: string, id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { removeSubscriber } = await import("../../../apps/operations/status-pages/subscriptions.ts");
      const removed = await onDatabase(COMMAND, invocationOf(terminal, options), ({ database, context }) =>
        removeSubscriber({ database, configuration: context.configuration }, slug, id.toLowerCase()),
      );
      if (!removed) throw new FailureError(`the status page "${slug}" has no subscriber ${id}`);
      terminal.stdout.write(`removed ${id}\n`);
    });
}
