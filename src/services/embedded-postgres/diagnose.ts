/** What `sitewire doctor` finds of the embedded database. Makes nothing and changes nothing. */
import { accessSync, constants, statSync } from "node:fs";
import { FailureError, messageOf } from "../../contract/errors.ts";
import { type Finding, failed, type Outcome, passed } from "../../core/diagnosis/finding.ts";
import { inOrder } from "../../core/diagnosis/steps.ts";
import type { Log } from "../../core/log.ts";
import { pendingMigrations } from "../postgres/migrations.ts";
import { nearestExisting } from "../process/folder-trouble.ts";
import { holdsDatabase } from "./data-folder.ts";
import { EMBEDDED_SCHEMA, reachFolder } from "./embedded-database.ts";

const WILL_BE_MADE = "will be made by the first command that needs them";
const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export async function diagnoseEmbedded({ folder }: { readonly folder: string }): Promise<readonly Finding[]> {
  return await inOrder([
    { name: "database, folder", attempt: async () => tryFolder(folder) },
    { name: "database, tables", attempt: () => tryTables(folder) },
  ]);
}

function tryFolder(folder: string): Outcome {
  const existing = nearestExisting(folder);
  try {
    if (!statSync(existing).isDirectory()) {
      return failed(`${existing} is no folder`, "name another folder with --data");
    }
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = messageOf(error);
    return failed(
      `${folder} can't be written: ${reason}`,
      `make ${existing} writable for this user, or name another folder with --data`,
    );
  }
  return passed(
    existing === folder
      ? `embedded, ${folder} can be written`
      : `embedded, ${folder} will be made when it is first needed`,
  );
}

async function tryTables(folder: string): Promise<Outcome> {
  if (!holdsDatabase(folder)) return passed(WILL_BE_MADE);
  try {
    const pending = await pendingIn(folder);
    if (pending === null) return passed(WILL_BE_MADE);
    if (pending.length === 0) return passed("up to date");
    return failed(`not up to date: ${pending.join(", ")}`, "run sitewire migrate");
  } catch (error) {
    const detail = messageOf(error);
    return failed(
      detail,
      error instanceof FailureError
        ? "use the version that made it, or another folder (--data)"
        : "try again",
    );
  }
}

async function pendingIn(folder: string): Promise<readonly string[] | null> {
  const { service, giveUp } = await reachFolder({ folder, log: silentLog });
  try {
    return await pendingMigrations(service, EMBEDDED_SCHEMA);
  } finally {
    await service.close();
    await giveUp();
  }
}
