/** Sitewire's tables in a folder. */
import { DEFAULT_TOPIC_PREFIX } from "../../contract/topics.ts";
import type { Database } from "../../core/database.ts";
import { forgetLeases } from "../postgres/leases.ts";
import { createSqlDatabase } from "../postgres/sql-database.ts";
import {
  EMBEDDED_SCHEMA,
  type EmbeddedOptions,
  type EmbeddedService,
  ownFolder,
  reachFolder,
} from "./embedded-service.ts";

/** Owns the folder until closed. Throws `FailureError` when another process owns it. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  return await databaseOver(await ownFolder(options), options);
}

/** Reaches the folder's database through its owner, or owns it where nobody does. Throws `FailureError`. */
export async function connectEmbedded(options: EmbeddedOptions): Promise<Database> {
  return await databaseOver(await reachFolder(options), options);
}

async function databaseOver(
  { service, owned, giveUp }: EmbeddedService,
  { log, topicPrefix = DEFAULT_TOPIC_PREFIX }: EmbeddedOptions,
): Promise<Database> {
  const database = createSqlDatabase({
    service,
    schema: EMBEDDED_SCHEMA,
    topicPrefix,
    log,
    onClosed: giveUp,
  });
  try {
    // Whoever held one is gone: the folder's lock says so.
    if (owned) await forgetLeases(service);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
