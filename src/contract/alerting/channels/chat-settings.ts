/** Channels in which a team talks. */
import { z } from "zod";
import { address, secret, secretAddress, serviceAddress, template, text } from "./fields.ts";

export const slackSettingsSchema = z
  .strictObject({
    type: z.literal("slack"),
    url: secretAddress.optional(),
    token: secret("token of a bot with the scope chat:write, which begins with xoxb-").optional(),
    channel: text.optional().describe("id of the channel that the bot writes to"),
    apiUrl: serviceAddress("https://slack.com"),
    template,
  })
  .refine(
    ({ url, token, channel }) =>
      url === undefined ? token !== undefined && channel !== undefined : token === undefined,
    {
      error: "needs either url, or token and channel",
    },
  )
  .describe("Slack, by incoming webhook or, with one thread for each incident, by a bot");

export const slackCompatibleSettingsSchema = z
  .strictObject({ type: z.enum(["mattermost", "rocketchat"]), url: secretAddress, template })
  .describe("Mattermost and Rocket.Chat, which take Slack's incoming webhooks");

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
export type SlackCompatibleSettings = z.infer<typeof slackCompatibleSettingsSchema>;
export type DiscordSettings = z.infer<typeof discordSettingsSchema>;
export type TeamsSettings = z.infer<typeof teamsSettingsSchema>;
export type GoogleChatSettings = z.infer<typeof googleChatSettingsSchema>;
export type TelegramSettings = z.infer<typeof telegramSettingsSchema>;
export type MatrixSettings = z.infer<typeof matrixSettingsSchema>;
