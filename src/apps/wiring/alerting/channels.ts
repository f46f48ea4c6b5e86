/** What operations on channels and routes work on: those of sitewire.yaml and of the table. */

import type { SecretBox } from "../../../core/alerting/routing/stored-settings.ts";
import type { Database } from "../../../core/database.ts";
import { systemClock } from "../../../services/process/clock.ts";
import type { ChannelsResources } from "../../operations/alerting/alert-channels.ts";
import type { RoutesResources } from "../../operations/alerting/alert-routes.ts";
import type { AppContext } from "../invocation.ts";
import { openSecretBox } from "./secret-box.ts";

export function routesResources(
  { configuration }: AppContext,
  { alertSettings }: Pick<Database, "alertSettings">,
): RoutesResources {
  return {
    alertSettings,
    fileRoutes: configuration.routes,
    fileOnCall: configuration.onCall,
    fileChannels: Object.keys(configuration.channels),
  };
}

export function channelsResources(
  context: AppContext,
  { alertSettings }: Pick<Database, "alertSettings">,
): ChannelsResources {
  let box: SecretBox | null = null;
  return {
    alertSettings,
    secretBox: () => {
      box ??= openSecretBox(context);
      return box;
    },
    fileChannels: context.configuration.channels,
    createChannel: async (settings) => {
      // With the templates and SMTP they are a megabyte of source.
      const { createChannel } = await import("../../../services/channels/create-channel.ts");
      return createChannel(settings, { clock: systemClock });
    },
  };
}
