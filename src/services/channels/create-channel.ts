/** The channel of each type. */
import type { ChannelSettings } from "../../contract/channel-settings.ts";
import type { Channel } from "../../core/alerting/ports.ts";
import type { Clock } from "../../core/clock.ts";
import { createEmailChannel } from "./email/send.ts";
import { createHttpChannel } from "./http-channel.ts";
import { slackRequest } from "./slack/message.ts";
import { webhookRequest } from "./webhook/message.ts";

export function createChannel(settings: ChannelSettings, clock: Clock): Channel {
  switch (settings.type) {
    case "webhook":
      return createHttpChannel("webhook", (notice) => webhookRequest(settings, notice, clock.now()));
    case "slack":
    case "mattermost":
    case "rocketchat":
      return createHttpChannel(settings.type, (notice) => slackRequest(settings, notice));
    case "email":
      return createEmailChannel(settings);
    default:
      return settings satisfies never;
  }
}
