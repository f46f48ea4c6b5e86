/** Creates the configured routes and channels, and lists the sites that alerts can concern. */
import type { ChannelSettings } from "../../../contract/alerting/channel-settings.ts";
import { UsageError } from "../../../contract/errors.ts";
import type { AlertingSettings, ConfiguredChannel } from "../../../core/alerting/ports.ts";
import { givenRoutes } from "../../../core/alerting/routing/given-routes.ts";
import type { Database } from "../../../core/database.ts";
import { systemClock } from "../../../services/process/clock.ts";
import type { ExplainedSite } from "../../operations/alerting/explain-alerts.ts";
import type { AppContext } from "../invocation.ts";
import { namedSites } from "../sites/watched-sites.ts";

/** Throws `UsageError` for a route to an unknown channel or rotation, and for an invalid template. */
export async function alertingOf({ configuration }: AppContext): Promise<AlertingSettings> {
  const channels = new Map<string, ConfiguredChannel>();
  for (const [name, settings] of Object.entries(configuration.channels)) {
    channels.set(name, await namedChannel(name, settings));
  }
  const { onCall, routes, server } = configuration;
  return {
    routes: givenRoutes(routes, { channels: [...channels.keys()], onCall }),
    onCall,
    channels,
    publicUrl: server.publicUrl ?? null,
  };
}

/** Loads the channels only where one is configured: with the templates and SMTP they are a megabyte of source. */
export async function namedChannel(name: string, settings: ChannelSettings): Promise<ConfiguredChannel> {
  const { createChannel } = await import("../../../services/channels/create-channel.ts");
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
  return [...(await database.sites.list()), ...namedSites(context, { urls: [] }).sites];
}
