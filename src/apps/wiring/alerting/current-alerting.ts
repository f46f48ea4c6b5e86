/** The alerting settings of sitewire.yaml and of the database together, read again when they change. */
import { FailureError, messageOf, UsageError } from "../../../contract/errors.ts";
import type { AlertingSettings, ConfiguredChannel } from "../../../core/alerting/ports.ts";
import { givenRoutes } from "../../../core/alerting/routing/given-routes.ts";
import type { SecretBox } from "../../../core/alerting/routing/stored-settings.ts";
import type { Database } from "../../../core/database.ts";
import { repeatUntilAborted } from "../../../core/running/repeating.ts";
import { WakeUp } from "../../../core/running/wake-up.ts";
import { systemClock } from "../../../services/process/clock.ts";
import { usableChannels } from "../../operations/alerting/alert-channels.ts";
import { parsedRoutes } from "../../operations/alerting/alert-routes.ts";
import type { AppContext } from "../invocation.ts";
import { namedChannel } from "./alerting.ts";
import { openSecretBox } from "./secret-box.ts";

/** Notifications can be missed. */
const READ_AGAIN_MS = 30_000;

/** Reads both. `onProblem` is called with each part of the database that cannot be used; the rest is. */
export async function readAlerting(
  context: AppContext,
  { alertSettings }: Pick<Database, "alertSettings">,
  onProblem: (part: string, reason: string) => void,
): Promise<AlertingSettings> {
  const { configuration } = context;
  const publicUrl = configuration.server.publicUrl ?? null;
  let box: SecretBox | null = null;
  const secretBox = (): SecretBox => {
    box ??= openSecretBox(context);
    return box;
  };
  const [storedChannels, storedRoutes] = await Promise.all([
    alertSettings.channels(),
    alertSettings.routes(),
  ]);
  const { channels: tabled, problems } = usableChannels(secretBox, storedChannels);
  for (const [name, reason] of Object.entries(problems)) onProblem(`channel ${name}`, reason);
  const channels = new Map<string, ConfiguredChannel>();
  for (const [name, settings] of Object.entries({ ...tabled, ...configuration.channels })) {
    channels.set(name, await namedChannel(name, settings));
  }
  // A route may name a channel that cannot be used now: its fallback is tried then.
  const names = [...new Set([...channels.keys(), ...Object.keys(problems)])];
  const fromFile = { routes: configuration.routes, onCall: configuration.onCall };
  try {
    const { routes, onCall } = parsedRoutes(storedRoutes);
    const together = { ...onCall, ...fromFile.onCall };
    const all = givenRoutes([...fromFile.routes, ...routes], { channels: names, onCall: together });
    return { routes: all, onCall: together, channels, publicUrl };
  } catch (error) {
    if (!(error instanceof FailureError || error instanceof UsageError)) throw error;
    onProblem("routes", messageOf(error));
    const known = { channels: [...channels.keys()], onCall: fromFile.onCall };
    return { routes: givenRoutes(fromFile.routes, known), onCall: fromFile.onCall, channels, publicUrl };
  }
}

export interface CurrentAlerting {
  readonly settings: () => AlertingSettings;
  /** Reads again and again until the signal aborts. */
  readonly follow: (signal: AbortSignal) => Promise<void>;
}

/** `initial` holds until the database has answered first. A part that cannot be used is logged once per reason. */
export function followAlerting(
  context: AppContext,
  database: Pick<Database, "alertSettings">,
  initial: AlertingSettings,
): CurrentAlerting {
  const { log } = context;
  let settings = initial;
  const logged = new Map<string, string>();
  const onProblem = (part: string, reason: string): void => {
    if (logged.get(part) === reason) return;
    logged.set(part, reason);
    log.error({ part, reason }, "alert settings in the database not used");
  };
  return {
    settings: () => settings,
    async follow(signal) {
      const wakeUp = new WakeUp(systemClock);
      database.alertSettings.onChanged(() => wakeUp.wake(), signal);
      const read = async (): Promise<number> => {
        settings = await readAlerting(context, database, onProblem);
        return READ_AGAIN_MS;
      };
      await repeatUntilAborted(read, { what: "alert settings", clock: systemClock, log, wakeUp }, signal);
    },
  };
}
