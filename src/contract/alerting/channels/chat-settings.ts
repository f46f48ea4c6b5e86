/** Channels in which a team talks. */
import { z } from "zod";
import { address, secret, secretAddress, serviceAddress, template, text } from "./fields.ts";

export const slackSettingsSchema = z
  .strictObject({
    type: z.enum(["slack", "mattermost", "rocketchat"]),
    url: secretAddress,
    template,
  })
  .describe("Slack, and what takes Slack's incoming webhooks");

export const discordSettingsSchema = z
  .strictObject({ type: z.literal("discord"), url: secretAddress, template })
  .describe("Discord webhook");

export const teamsSettingsSchema = z
  .strictObject({ type: z.literal("teams"), url: secretAddress, template })
  .describe('Microsoft Teams, by the workflow "Post to a channel when a webhook request is received"');

export const googleChatSettingsSchema = z
  .strictObject({ type: z.literal("googlechat"), url: secretAddress, template })
  .describe("Google Chat; the messages of one incident are one thread");

export const telegramSettingsSchema = z
  .strictObject({
    type: z.literal("telegram"),
    token: secret("the bot's token"),
    chat: text.describe("id of the chat, or @name of the channel"),
    topic: z.coerce.number().int().min(1).optional().describe("id of a topic within a group"),
    url: serviceAddress("https://api.telegram.org"),
    template,
  })
  .describe("Telegram bot");

export const matrixSettingsSchema = z
  .strictObject({
    type: z.literal("matrix"),
    url: address("the homeserver, such as https://matrix.example.org"),
    token: secret("access token of the sender"),
    room: z.string().regex(/^!/, "must be a room id, which begins with !").describe("id of the room"),
    template,
  })
  .describe("Matrix room");

export type SlackSettings = z.infer<typeof slackSettingsSchema>;
export type DiscordSettings = z.infer<typeof discordSettingsSchema>;
export type TeamsSettings = z.infer<typeof teamsSettingsSchema>;
export type GoogleChatSettings = z.infer<typeof googleChatSettingsSchema>;
export type TelegramSettings = z.infer<typeof telegramSettingsSchema>;
export type MatrixSettings = z.infer<typeof matrixSettingsSchema>;
