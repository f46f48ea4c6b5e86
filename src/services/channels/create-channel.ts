/** The channel of each type. */
import type { ChannelSettings } from "../../contract/alerting/channel-settings.ts";
import type { ConfiguredChannel } from "../../core/alerting/ports.ts";
import type { Notice } from "../../core/alerting/wording/notice.ts";
import type { Clock } from "../../core/clock.ts";
import { alertmanagerRequest } from "./alertmanager/message.ts";
import { appriseRequest } from "./apprise/message.ts";
import { discordRequest } from "./discord/message.ts";
import { createEmailChannel } from "./email/send.ts";
import { googleChatRequest } from "./googlechat/message.ts";
import { type ChannelRequest, createHttpChannel } from "./http-channel.ts";
import { matrixRequest } from "./matrix/message.ts";
import { ntfyRequest } from "./ntfy/message.ts";
import { opsgenieRequests } from "./opsgenie/message.ts";
import { pagerDutyRequests } from "./pagerduty/message.ts";
import { pushoverRequest } from "./pushover/message.ts";
import { secretsOf } from "./secrets.ts";
import { slackRequest } from "./slack/message.ts";
import { slackCompatibleRequest } from "./slack-compatible/message.ts";
import { teamsRequest } from "./teams/message.ts";
import { telegramRequest } from "./telegram/message.ts";
import { templateWords } from "./template.ts";
import { twilioRequest } from "./twilio/message.ts";
import { type WebhookForm, webhookBody, webhookRequest } from "./webhook/message.ts";

export interface ChannelContext {
  readonly clock: Clock;
  /** For all that one notice takes. */
  readonly timeoutMs?: number;
}

/** Alertmanager keeps alerts too, but knows no acknowledgement. */
const KEEPING_ALERTS: readonly string[] = ["pagerduty", "opsgenie"];
const SEND_TIMEOUT_MS = 15_000;

/** Throws `UsageError` for a template that can't be read. */
export function createChannel(
  settings: ChannelSettings,
  { clock, timeoutMs = SEND_TIMEOUT_MS }: ChannelContext,
): ConfiguredChannel {
  const wordsOf = templateWords(settings.template);
  const secrets = secretsOf(settings);
  if (settings.type === "email") return createEmailChannel({ settings, wordsOf, secrets, timeoutMs });
  const ownBody = settings.type === "webhook" ? webhookBody(settings) : null;
  return createHttpChannel({
    service: settings.type,
    keepsAlerts: KEEPING_ALERTS.includes(settings.type),
    requestsOf: (notice) => [requestsOf(settings, notice, { wordsOf, ownBody, nowMs: clock.now() })].flat(),
    secrets,
    timeoutMs,
  });
}

type HttpChannelSettings = Exclude<ChannelSettings, { readonly type: "email" }>;

function requestsOf(
  settings: HttpChannelSettings,
  notice: Notice,
  form: WebhookForm,
): ChannelRequest | readonly ChannelRequest[] {
  const { wordsOf, nowMs } = form;
  switch (settings.type) {
    case "webhook":
      return webhookRequest(settings, notice, form);
    case "slack":
      return slackRequest(settings, notice, wordsOf);
    case "mattermost":
    case "rocketchat":
      return slackCompatibleRequest(settings, notice, wordsOf);
    case "discord":
      return discordRequest(settings, notice, wordsOf);
    case "teams":
      return teamsRequest(settings, notice, wordsOf);
    case "googlechat":
      return googleChatRequest(settings, notice, wordsOf);
    case "telegram":
      return telegramRequest(settings, notice, wordsOf);
    case "matrix":
      return matrixRequest(settings, notice, wordsOf);
    case "pagerduty":
      return pagerDutyRequests(settings, notice, wordsOf);
    case "opsgenie":
      return opsgenieRequests(settings, notice, wordsOf);
    case "alertmanager":
      return alertmanagerRequest(settings, notice, wordsOf, nowMs);
    case "ntfy":
      return ntfyRequest(settings, notice, wordsOf);
    case "pushover":
      return pushoverRequest(settings, notice, wordsOf);
    case "twilio":
      return twilioRequest(settings, notice, wordsOf);
    case "apprise":
      return appriseRequest(settings, notice, wordsOf);
    default:
      return settings satisfies never;
  }
}
