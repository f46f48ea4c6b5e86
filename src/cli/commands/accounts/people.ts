/** `sitewire people`: who may sign in. */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import type { ChangedBy } from "../../../apps/operations/accounts/audit.ts";
import type { IssuedLink } from "../../../apps/operations/accounts/people.ts";
import { messageOf, UsageError } from "../../../contract/errors.ts";
import type { NewPerson, Person } from "../../../core/accounts/ports.ts";
import { type Role, roles } from "../../../core/accounts/rights.ts";
import { changedBy } from "../../changed-by.ts";
import { onDatabase } from "../../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface PeopleOptions extends GlobalOptions {
  readonly name?: string;
  readonly role: string;
  readonly tag?: readonly string[];
  readonly allSites?: boolean;
  readonly json?: boolean;
}

export function addPeopleCommand(program: Command, terminal: Terminal): void {
  const people = program.command("people").description("list, invite, change and remove people");
  people
    .command("list")
    .description("list people")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PeopleOptions>();
      const { listPeople } = await import("../../../apps/operations/accounts/people.ts");
      const found = await onDatabase("people", invocationOf(terminal, options), ({ database }) =>
        listPeople(database),
      );
      for (const person of found) {
        terminal.stdout.write(`${options.json === true ? JSON.stringify(person) : formatPerson(person)}\n`);
      }
      if (found.length === 0 && options.json !== true) terminal.stderr.write("no people\n");
    });
  people
    .command("add")
    .description("invite a person; prints a link that works once and sets the password")
    .argument("<email>", "e-mail address, to sign in with")
    .option("--name <name>", "name (default: the e-mail address)")
    .option("--role <role>", roles.join(", "), "viewer")
    .option("--tag <tag...>", "show only sites with one of these tags (default: all sites)")
    .action(async (email: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PeopleOptions>();
      const person = {
        email,
        name: options.name ?? email,
        role: parseRole(options.role),
        tags: options.tag ?? null,
      };
      const { invitePerson } = await import("../../../apps/operations/accounts/people.ts");
      await printLink(terminal, options, (resources, by) => invitePerson(resources, by, person));
    });
  addChange(people, terminal);
  addSetup(people, terminal);
  people
    .command("remove")
    .description("remove a person, with their sessions and tokens")
    .argument("<person>", "name, e-mail address or id")
    .action(async (name: string, _options: unknown, command: Command) => {
      const invocation = invocationOf(terminal, command.optsWithGlobals<GlobalOptions>());
      const { removePerson } = await import("../../../apps/operations/accounts/people.ts");
      const { email } = await onDatabase("people", invocation, ({ database }) =>
        removePerson(database, changedBy(terminal), name),
      );
      terminal.stdout.write(`removed ${email}\n`);
    });
  people
    .command("reset")
    .description(
      "let a person back in: prints a link that works once, sets a password and removes second factors",
    )
    .argument("<person>", "name, e-mail address or id")
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { issueResetLink } = await import("../../../apps/operations/accounts/people.ts");
      await printLink(terminal, options, (resources, by) => issueResetLink(resources, by, name));
    });
}

function addChange(people: Command, terminal: Terminal): void {
  people
    .command("role")
    .description("change what a person may do and see")
    .argument("<person>", "name, e-mail address or id")
    .argument("<role>", roles.join(", "))
    .option("--tag <tag...>", "show only sites with one of these tags")
    .option("--all-sites", "show all sites")
    .action(async (name: string, role: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PeopleOptions>();
      if (options.tag !== undefined && options.allSites === true) {
        throw new UsageError("--tag and --all-sites exclude each other");
      }
      const tags = options.allSites === true ? null : options.tag;
      const change: Partial<NewPerson> = { role: parseRole(role), ...(tags === undefined ? {} : { tags }) };
      const { changePerson } = await import("../../../apps/operations/accounts/people.ts");
      const person = await onDatabase("people", invocationOf(terminal, options), ({ database }) =>
        changePerson(database, changedBy(terminal), { id: name, change }),
      );
      terminal.stdout.write(`${formatPerson(person)}\n`);
    });
}

interface SetupOptions extends GlobalOptions {
  readonly name?: string;
  readonly passwordFile: string;
}

function addSetup(people: Command, terminal: Terminal): void {
  people
    .command("setup")
    .description("make the first administrator, where no browser can open the link that the server prints")
    .argument("<email>", "e-mail address, to sign in with")
    .requiredOption("--password-file <file>", "file with the password; - is standard input")
    .option("--name <name>", "name (default: the e-mail address)")
    .action(async (email: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SetupOptions>();
      const password = await readPassword(options.passwordFile);
      const { setUpAdministrator } = await import("../../../apps/operations/accounts/one-time-links.ts");
      const person = await onDatabase("people", invocationOf(terminal, options), ({ database }) =>
        setUpAdministrator(database, { email, name: options.name ?? email, password }),
      );
      terminal.stdout.write(`${formatPerson(person)}\n`);
    });
}

/** A line break at the end is no part of it. Throws `UsageError`. */
async function readPassword(file: string): Promise<string> {
  try {
    return (await readFile(file === "-" ? "/dev/stdin" : file, "utf8")).replace(/\r?\n$/, "");
  } catch (error) {
    throw new UsageError(`--password-file is "${file}": it cannot be read: ${messageOf(error)}`);
  }
}

type IssueLink = (
  resources: Parameters<Parameters<typeof onDatabase>[2]>[0]["database"],
  by: ChangedBy,
) => Promise<IssuedLink>;

async function printLink(terminal: Terminal, options: GlobalOptions, issue: IssueLink): Promise<void> {
  const { linkAddress } = await import("../../../apps/wiring/one-time-links.ts");
  const line = await onDatabase("people", invocationOf(terminal, options), async ({ database, context }) => {
    const link = await issue(database, changedBy(terminal));
    const hours = Math.round(link.lifetimeMs / 3_600_000);
    const who = link.person === null ? "" : ` for ${link.person.email}`;
    return `link${who}, works once, within ${hours} h: ${linkAddress(context.configuration, link)}`;
  });
  terminal.stdout.write(`${line}\n`);
}

function parseRole(text: string): Role {
  const role = roles.find((known) => known === text);
  if (role === undefined) throw new UsageError(`the role is "${text}": must be ${roles.join(", ")}`);
  return role;
}

function formatPerson({
  email,
  name,
  role,
  tags,
  active,
  secondFactor,
  passkeys,
  lastSignedInAtMs,
}: Person): string {
  const sees = role === "administrator" || tags === null ? "all sites" : `tags ${tags.join(", ") || "none"}`;
  const ways = [
    active ? "" : "invited",
    secondFactor ? "second factor" : "",
    passkeys > 0 ? `passkeys ${passkeys}` : "",
    lastSignedInAtMs === null ? "" : `last signed in ${new Date(lastSignedInAtMs).toISOString()}`,
  ].filter((way) => way !== "");
  return [email, name, role, sees, ...ways].join("  ");
}
