/** Schemas of the section `channels` of `sitewire.yaml`, one per channel type. */
import { z } from "zod";
import {
  discordSettingsSchema,
  googleChatSettingsSchema,
  matrixSettingsSchema,
  slackCompatibleSettingsSchema,
  slackSettingsSchema,
  teamsSettingsSchema,
  telegramSettingsSchema,
} from "./channels/chat-settings.ts";
import {
  appriseSettingsSchema,
  emailSettingsSchema,
  ntfySettingsSchema,
  pushoverSettingsSchema,
  twilioSettingsSchema,
  webhookSettingsSchema,
} from "./channels/direct-settings.ts";
import {
  alertmanagerSettingsSchema,
  opsgenieSettingsSchema,
  pagerDutySettingsSchema,
} from "./channels/paging-settings.ts";

export const channelSettingsSchema = z.discriminatedUnion("type", [
  webhookSettingsSchema,
  slackSettingsSchema,
  slackCompatibleSettingsSchema,
  discordSettingsSchema,
  teamsSettingsSchema,
  googleChatSettingsSchema,
  telegramSettingsSchema,
  matrixSettingsSchema,
  pagerDutySettingsSchema,
  opsgenieSettingsSchema,
  alertmanagerSettingsSchema,
  ntfySettingsSchema,
  pushoverSettingsSchema,
  twilioSettingsSchema,
  appriseSettingsSchema,
  emailSettingsSchema,
]);

export type ChannelSettings = z.infer<typeof channelSettingsSchema>;
