/** What `sitewire doctor` finds of the embedded database. Makes nothing and changes nothing. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import path from "node:path";
import { FailureError } from "../../contract/errors.ts";
import type { Finding } from "../../core/diagnosis/finding.ts";
import type { Log } from "../../core/log.ts";
import { pendingMigrations } from "../postgres/migrations.ts";
import { EMBEDDED_SCHEMA, holdsDatabase, reachFolder } from "./embedded-service.ts";

const WILL_BE_MADE = "will be made by the first command that needs them";
const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export async function diagnoseEmbedded({ folder }: { readonly folder: string }): Promise<readonly Finding[]> {
  const writing = diagnoseFolder(folder);
  if (!writing.ok || !existsSync(folder)) return [writing];
  return [writing, await diagnoseTables(folder)];
}

function diagnoseFolder(folder: string): Finding {
  const name = "embedded database";
  const existing = nearestExisting(folder);
  try {
    if (!statSync(existing).isDirectory()) {
      return { name, ok: false, detail: `${existing} is no folder`, fix: "name another folder with --data" };
    }
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const fix = `make ${existing} writable for this user, or name another folder with --data`;
    return { name, ok: false, detail: `${folder} can't be written: ${reason}`, fix };
  }
  const detail =
    existing === folder ? `${folder} can be written` : `${folder} will be made when it is first needed`;
  return { name, ok: true, detail, fix: null };
}

async function diagnoseTables(folder: string): Promise<Finding> {
  const name = "database tables";
  if (!holdsDatabase(folder)) return { name, ok: true, detail: WILL_BE_MADE, fix: null };
  try {
    const pending = await pendingIn(folder);
    if (pending === null) return { name, ok: true, detail: WILL_BE_MADE, fix: null };
    if (pending.length === 0) return { name, ok: true, detail: "up to date", fix: null };
    return { name, ok: false, detail: `not up to date: ${pending.join(", ")}`, fix: "run sitewire migrate" };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const fix =
      error instanceof FailureError
        ? "use the version that made it, or another folder (--data)"
        : "try again";
    return { name, ok: false, detail, fix };
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

/** The path itself, or the nearest folder above it that is there. */
function nearestExisting(folder: string): string {
  let existing = path.resolve(folder);
  while (!existsSync(existing) && path.dirname(existing) !== existing) existing = path.dirname(existing);
  return existing;
}
