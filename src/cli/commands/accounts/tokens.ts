/** `sitewire tokens`: API tokens. */
import type { Command } from "commander";
import { UsageError } from "../../../contract/errors.ts";
import type { AccessToken } from "../../../core/accounts/ports.ts";
import { type Right, rights } from "../../../core/accounts/rights.ts";
import { parseDuration } from "../../../core/sites/site-arguments.ts";
import { changedBy } from "../../changed-by.ts";
import { onDatabase } from "../../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface TokenOptions extends GlobalOptions {
  readonly scope: readonly string[];
  readonly tag?: readonly string[];
  readonly for: string;
  readonly json?: boolean;
}

const NO_END = "ever";

export function addTokensCommand(program: Command, terminal: Terminal): void {
  const tokens = program.command("tokens").description("create, list and revoke API tokens");
  tokens
    .command("create")
    .description("create a token; it is printed once and cannot be shown again")
    .argument("<name>", "what it is for")
    .option("--scope <scope...>", rights.join(", "), ["read"])
    .option("--tag <tag...>", "show only sites with one of these tags (default: all sites)")
    .option("--for <duration>", `how long it is valid, such as 90d, or ${NO_END}`, "90d")
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<TokenOptions>();
      const lifetimeMs = options.for === NO_END ? null : parseDuration("--for", options.for);
      const { createAccessToken } = await import("../../../apps/operations/accounts/tokens.ts");
      const request = {
        name,
        scopes: options.scope.map(parseScope),
        tags: options.tag ?? null,
        ownerId: null,
        lifetimeMs: lifetimeMs ?? null,
      };
      const created = await onDatabase("tokens", invocationOf(terminal, options), ({ database }) =>
        createAccessToken(database, changedBy(terminal), request, Date.now()),
      );
      terminal.stderr.write(`${formatToken(created.token)}\nshown once, keep it:\n`);
      terminal.stdout.write(`${created.secret}\n`);
    });
  tokens
    .command("list")
    .description("list tokens, newest first")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<TokenOptions>();
      const { listAccessTokens } = await import("../../../apps/operations/accounts/tokens.ts");
      const found = await onDatabase("tokens", invocationOf(terminal, options), ({ database }) =>
        listAccessTokens(database, null),
      );
      for (const token of found) {
        terminal.stdout.write(`${options.json === true ? JSON.stringify(token) : formatToken(token)}\n`);
      }
      if (found.length === 0 && options.json !== true) terminal.stderr.write("no tokens\n");
    });
  tokens
    .command("revoke")
    .description("end a token now")
    .argument("<id>", "id, as listed")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { revokeAccessToken } = await import("../../../apps/operations/accounts/tokens.ts");
      const invocation = invocationOf(terminal, command.optsWithGlobals<GlobalOptions>());
      const revoked = await onDatabase("tokens", invocation, ({ database }) =>
        revokeAccessToken(database, changedBy(terminal), { id, ownerId: null }),
      );
      terminal.stdout.write(`revoked ${revoked.name}\n`);
    });
}

function parseScope(text: string): Right {
  const scope = rights.find((known) => known === text);
  if (scope === undefined) throw new UsageError(`--scope is "${text}": must be ${rights.join(", ")}`);
  return scope;
}

function formatToken(token: AccessToken): string {
  const { id, name, beginning, scopes, tags, ownerName, expiresAtMs, lastUsedAtMs } = token;
  const parts = [
    id,
    beginning,
    name,
    scopes.join(", "),
    tags === null ? "all sites" : `tags ${tags.join(", ")}`,
    ownerName === null ? "" : `of ${ownerName}`,
    expiresAtMs === null ? "without end" : `until ${new Date(expiresAtMs).toISOString()}`,
    lastUsedAtMs === null ? "never used" : `last used ${new Date(lastUsedAtMs).toISOString()}`,
  ];
  return parts.filter((part) => part !== "").join("  ");
}
