/** Opens what encrypts secrets in the database: by a key of the configuration, or of a file beside an embedded database. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../../../contract/errors.ts";
import type { SecretBox } from "../../../core/alerting/routing/stored-settings.ts";
import { postgresSettings } from "../../../services/configuration/postgres-settings.ts";
import { readOrMakeKeyFile } from "../../../services/secrets/key-file.ts";
import { createSecretBox } from "../../../services/secrets/sealing.ts";
import { type AppContext, foldersOf } from "../invocation.ts";

const KEY_FILE = "secrets.key";

/** Whether there is a key already: `openSecretBox` neither throws nor makes one. */
export function mayOpenSecretBox(context: AppContext): boolean {
  const { configuration, invocation } = context;
  if (configuration.secretsKey !== undefined) return true;
  return postgresSettings(configuration, foldersOf(invocation)) === null && existsSync(keyFileOf(context));
}

/** Throws `UsageError` when several machines may share the database and no key is set. */
export function openSecretBox(context: AppContext): SecretBox {
  const { configuration, invocation } = context;
  const { secretsKey } = configuration;
  if (secretsKey !== undefined) return createSecretBox(secretsKey);
  if (postgresSettings(configuration, foldersOf(invocation)) !== null) {
    throw new UsageError(
      "secretsKey is missing: the secrets of channels are encrypted in the database; set SITEWIRE_SECRETS_KEY (or SITEWIRE_SECRETS_KEY_FILE), the same for every server and notifier; make one by: openssl rand -base64 32",
    );
  }
  return createSecretBox(readOrMakeKeyFile(keyFileOf(context)));
}

function keyFileOf({ configuration, invocation }: AppContext): string {
  return resolve(invocation.workingDirectory, configuration.dataFolder, KEY_FILE);
}
