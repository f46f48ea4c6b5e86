/** Creates the configured routes and channels, and lists the sites that alerts can concern. */
import type { ChannelSettings } from "../../contract/channel-settings.ts";
import { UsageError } from "../../contract/errors.ts";
import { givenRoutes } from "../../core/alerting/given-routes.ts";
import type { ConfiguredChannel } from "../../core/alerting/ports.ts";
import type { Database } from "../../core/database.ts";
import { createChannel } from "../../services/channels/create-channel.ts";
import { systemClock } from "../../services/process/clock.ts";
import type { ExplainedSite } from "../operations/explain-alerts.ts";
import type { AppContext } from "./invocation.ts";
import { namedSites } from "./watched-sites.ts";

export interface Alerting {
  readonly routes: ReturnType<typeof givenRoutes>;
  /** Channels by name. */
  readonly channels: ReadonlyMap<string, ConfiguredChannel>;
}

/** Throws `UsageError` for a route to an unknown channel, and for an invalid template. */
export function alertingOf({ configuration }: AppContext): Alerting {
  const channels = Object.entries(configuration.channels).map(
    ([name, settings]) => [name, namedChannel(name, settings)] as const,
  );
  const names = channels.map(([name]) => name);
  return { routes: givenRoutes(configuration.routes, names), channels: new Map(channels) };
}

function namedChannel(name: string, settings: ChannelSettings): ConfiguredChannel {
  try {
    return createChannel(settings, { clock: systemClock });
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`channels.${name}.${error.message}`);
    throw error;
  }
}

/** The sites of the table and of the configuration. */
export async function explainableSites(
  context: AppContext,
  database: Database,
): Promise<readonly ExplainedSite[]> {
  return [...(await database.sites.list()), ...namedSites(context, { urls: [] })];
}
