/** Diagnoses what the notifier needs besides the database: settings that can be used, and the key of stored secrets. */
import { FailureError, messageOf, UsageError } from "../../../contract/errors.ts";
import type { Database } from "../../../core/database.ts";
import { type Finding, failed, type Outcome, passed, skipped } from "../../../core/diagnosis/finding.ts";
import { usableChannels } from "../../operations/alerting/alert-channels.ts";
import { parsedRoutes } from "../../operations/alerting/alert-routes.ts";
import { alertingOf, namedChannel } from "../alerting/alerting.ts";
import { mayOpenSecretBox, openSecretBox } from "../alerting/secret-box.ts";
import type { AppContext } from "../invocation.ts";

/** @param database null when it could not be opened. Sends nothing. */
export async function tryNotifier(
  context: AppContext,
  database: Database | null,
): Promise<readonly Finding[]> {
  return [
    { name: "alerts, sitewire.yaml", ...(await tryFile(context)) },
    { name: "alerts, routes of the database", ...(await tryRoutes(database)) },
    { name: "alerts, channels of the database", ...(await tryChannels(context, database)) },
  ];
}

async function tryFile(context: AppContext): Promise<Outcome> {
  try {
    const { channels, routes } = await alertingOf(context);
    return passed(`${channels.size} channels and ${routes.length} routes can be used`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return failed(error.message, "correct it in sitewire.yaml");
  }
}

async function tryRoutes(database: Database | null): Promise<Outcome> {
  if (database === null) return skipped("the database has no tables that can be read");
  try {
    const { routes } = parsedRoutes(await database.alertSettings.routes());
    return passed(`${routes.length} can be used`);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return failed(error.message, "save them anew with sitewire routes set FILE, or in the dashboard");
  }
}

/** Opens what is encrypted and sets up each channel. */
async function tryChannels(context: AppContext, database: Database | null): Promise<Outcome> {
  if (database === null) return skipped("the database has no tables that can be read");
  const stored = await database.alertSettings.channels();
  if (!mayOpenSecretBox(context)) {
    const fix =
      "set SITEWIRE_SECRETS_KEY, the same for every server and notifier (openssl rand -base64 32 makes one)";
    return stored.length === 0
      ? passed("none; to add some, SITEWIRE_SECRETS_KEY has to be set")
      : failed(`the key that opens the secrets of ${stored.length} channels is not set`, fix);
  }
  if (stored.length === 0) return passed("none");
  const { channels, problems } = usableChannels(() => openSecretBox(context), stored);
  const reasons = new Map(Object.entries(problems));
  for (const [name, settings] of Object.entries(channels)) {
    try {
      await namedChannel(name, settings);
    } catch (error) {
      reasons.set(name, messageOf(error));
    }
  }
  if (reasons.size === 0)
    return passed(`${stored.length} can be used; try one with sitewire channels test NAME`);
  return failed(
    [...reasons].map(([name, reason]) => `${name}: ${reason}`).join("; "),
    "set SITEWIRE_SECRETS_KEY to the key that they were saved with, or save them anew in the dashboard",
  );
}
