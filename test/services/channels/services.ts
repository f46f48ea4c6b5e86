// What each service takes, as its public documentation has it. `read` throws at what the service would refuse, and gives
// what a person sees.
import { z } from "zod";
import type { ChannelSettings } from "../../../src/contract/alerting/channel-settings.ts";

export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Service {
  readonly settings: (url: string) => unknown;
  readonly type: ChannelSettings["type"];
  /** Tells apart two ways to reach one service. */
  readonly name?: string;
  /** Must appear in nothing that is said. */
  readonly secrets: readonly string[];
  /** The body of an answer that takes the message, where the service reads one. */
  readonly accepted?: string;
  readonly read: (request: Received) => string;
  /** What nobody may see: live mentions and markup. */
  readonly forbidden: readonly RegExp[];
}

const utf8 = (longest: number) =>
  z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= longest, { error: `above ${longest} bytes` });
const upTo = (longest: number) => z.string().min(1).max(longest);
const httpUrl = z.url({ protocol: /^https?$/ });
const LIVE_MENTION = /(?<![\w.])@(everyone|here|channel|room|all)\b/;
const LIVE_LINK = /(?<!\\)\[click(?<!\\)\]/;
const LIVE_ANGLE = /<(!channel|@U123|users\/all|https:\/\/evil)/;

function json<Shape>(request: Received, schema: z.ZodType<Shape>): Shape {
  expectJson(request);
  return schema.parse(JSON.parse(request.body));
}

function expectJson({ headers }: Received): void {
  z.literal("application/json").parse(headers["content-type"]);
}

function form<Shape>({ headers, body }: Received, schema: z.ZodType<Shape>): Shape {
  z.literal("application/x-www-form-urlencoded").parse(headers["content-type"]);
  return schema.parse(Object.fromEntries(new URLSearchParams(body)));
}

function at(request: Received, method: string, path: string | RegExp): void {
  z.literal(method).parse(request.method);
  if (typeof path === "string") z.literal(path).parse(request.path);
  else z.string().regex(path).parse(request.path);
}

// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
const webhook: Service = {
  type: "webhook",
  settings: (url) => ({
    type: "webhook",
    url: `${url}hook/path-secret-1?token=query-secret-1`,
    secret: "whsec_c2lnbmluZy1zZWNyZXQ=",
    headers: { "x-key": "header-secret" },
  }),
  secrets: ["path-secret-1", "query-secret-1", "c2lnbmluZy1zZWNyZXQ", "header-secret"],
  forbidden: [],
  read(request) {
    at(request, "POST", "/hook/path-secret-1?token=query-secret-1");
    z.object({
      "webhook-id": z.string().min(1).max(200),
      "webhook-timestamp": z.string().regex(/^\d{10}$/),
      "webhook-signature": z.string().regex(/^v1,[A-Za-z0-9+/]+=*$/),
    }).parse(request.headers);
    const schema = z.object({ kind: z.string(), title: z.string(), text: z.string() });
    const { title, text } = json(request, schema);
    return `${title}\n${text}`;
  },
};

const ownBody: Service = {
  type: "webhook",
  name: "webhook with an own body",
  settings: (url) => ({
    type: "webhook",
    url: `${url}hook/path-secret-2`,
    headers: { "Content-Type": "application/vnd.example+json" },
    body: '{"summary": {{ title | json }}, "details": {{ text | json }}}',
  }),
  secrets: ["path-secret-2"],
  forbidden: [],
  read(request) {
    at(request, "POST", "/hook/path-secret-2");
    z.literal("application/vnd.example+json").parse(request.headers["content-type"]);
    const schema = z.strictObject({ summary: z.string(), details: z.string() });
    const { summary, details } = schema.parse(JSON.parse(request.body));
    return `${summary}\n${details}`;
  },
};

const slackHeader = z.strictObject({
  type: z.literal("header"),
  text: z.strictObject({ type: z.literal("plain_text"), text: upTo(150), emoji: z.boolean() }),
});
const slackSection = z.strictObject({
  type: z.literal("section"),
  text: z.strictObject({
    type: z.literal("mrkdwn"),
    // Slack ends a mark-up text at a control character that is not escaped.
    text: upTo(3000).regex(/^([^<>&]|&(amp|lt|gt);|<https?:\/\/[^<>|\s]+>)*$/u),
    verbatim: z.literal(true),
  }),
});
const slackMessage = {
  text: upTo(4000).regex(/^([^<>&]|&(amp|lt|gt);)*$/u),
  blocks: z.tuple([slackHeader, slackSection]),
};

// https://docs.slack.dev/reference/methods/chat.postMessage
const slackBot: Service = {
  type: "slack",
  name: "slack by a bot",
  settings: (url) => ({ type: "slack", token: "xoxb-bot-secret", channel: "C0123", apiUrl: url }),
  secrets: ["xoxb-bot-secret"],
  forbidden: [LIVE_ANGLE, /<b>/],
  accepted: '{"ok":true,"channel":"C0123","ts":"1503435956.000247"}',
  read(request) {
    at(request, "POST", "/api/chat.postMessage");
    z.literal("Bearer xoxb-bot-secret").parse(request.headers.authorization);
    const schema = z.strictObject({
      channel: z.literal("C0123"),
      ...slackMessage,
      thread_ts: z
        .string()
        .regex(/^\d+\.\d+$/)
        .optional(),
      reply_broadcast: z.boolean().optional(),
    });
    const { text, blocks } = json(request, schema);
    return `${text}\n${blocks[1].text.text}`;
  },
};

// https://docs.slack.dev/reference/block-kit/blocks/header-block (150), …/section-block (3000)
const slack: Service = {
  type: "slack",
  settings: (url) => ({ type: "slack", url: `${url}services/T000/B000/slack-path-secret` }),
  secrets: ["slack-path-secret"],
  forbidden: [LIVE_ANGLE, /<b>/],
  read(request) {
    at(request, "POST", "/services/T000/B000/slack-path-secret");
    const schema = z.strictObject(slackMessage);
    const { text, blocks } = json(request, schema);
    return `${text}\n${blocks[1].text.text}`;
  },
};

// https://developers.mattermost.com/integrate/webhooks/incoming/ (16383 characters)
// https://docs.rocket.chat/docs/messages-settings (5000 characters by default)
function slackCompatible(type: "mattermost" | "rocketchat", longest: number): Service {
  return {
    type,
    settings: (url) => ({ type, url: `${url}hooks/compatible-secret` }),
    secrets: ["compatible-secret"],
    forbidden: [LIVE_MENTION, LIVE_LINK, /(?<!\\)<(b|!channel)/],
    read(request) {
      at(request, "POST", "/hooks/compatible-secret");
      return json(request, z.strictObject({ text: upTo(longest) })).text;
    },
  };
}

// https://docs.discord.com/developers/resources/message#embed-object-embed-limits
const discord: Service = {
  type: "discord",
  settings: (url) => ({ type: "discord", url: `${url}api/webhooks/123/discord-token-secret` }),
  secrets: ["discord-token-secret"],
  forbidden: [LIVE_MENTION, LIVE_LINK, /(?<!\\)<@U123/],
  read(request) {
    at(request, "POST", "/api/webhooks/123/discord-token-secret");
    const embed = z.strictObject({
      title: upTo(256),
      description: upTo(4096),
      color: z.int().min(0).max(0xffffff),
      url: httpUrl.max(2048).optional(),
    });
    const schema = z.strictObject({
      embeds: z.tuple([embed]),
      allowed_mentions: z.strictObject({ parse: z.tuple([]) }),
    });
    const [{ title, description }] = json(request, schema).embeds;
    return `${title}\n${description}`;
  },
};

// https://learn.microsoft.com/en-us/connectors/teams/ (28 KB); https://adaptivecards.io/schemas/1.2.0/adaptive-card.json
const teams: Service = {
  type: "teams",
  settings: (url) => ({
    type: "teams",
    url: `${url}workflows/0123456789abcdef/triggers?sig=teams-signature`,
  }),
  secrets: ["teams-signature", "0123456789abcdef"],
  forbidden: [/<at>/],
  read(request) {
    at(request, "POST", "/workflows/0123456789abcdef/triggers?sig=teams-signature");
    z.number()
      .max(28_000)
      .parse(Math.max(Buffer.byteLength(request.body), request.body.length * 2));
    const run = z.strictObject({
      type: z.literal("TextRun"),
      text: z.string(),
      weight: z.enum(["lighter", "default", "bolder"]).optional(),
      size: z.enum(["small", "default", "medium", "large", "extraLarge"]).optional(),
      color: z.enum(["default", "dark", "light", "accent", "good", "warning", "attention"]).optional(),
    });
    const block = z.strictObject({ type: z.literal("RichTextBlock"), inlines: z.array(run).min(1) });
    const action = z.strictObject({ type: z.literal("Action.OpenUrl"), title: z.string(), url: httpUrl });
    const card = z.strictObject({
      $schema: z.literal("http://adaptivecards.io/schemas/adaptive-card.json"),
      type: z.literal("AdaptiveCard"),
      version: z.literal("1.2"),
      msteams: z.strictObject({ width: z.literal("Full") }),
      body: z.array(block).min(1),
      actions: z.array(action).max(6).optional(),
    });
    const attachment = z.strictObject({
      contentType: z.literal("application/vnd.microsoft.card.adaptive"),
      contentUrl: z.null(),
      content: card,
    });
    const schema = z.strictObject({ type: z.literal("message"), attachments: z.tuple([attachment]) });
    const { attachments } = json(request, schema);
    return attachments[0].content.body.flatMap(({ inlines }) => inlines.map(({ text }) => text)).join("\n");
  },
};

// https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages
const googlechat: Service = {
  type: "googlechat",
  settings: (url) => ({
    type: "googlechat",
    url: `${url}v1/spaces/AAA/messages?key=google-key-1&token=google-token-1`,
  }),
  secrets: ["google-key-1", "google-token-1"],
  forbidden: [/<users\/all>/, /<https:\/\/evil/, LIVE_MENTION],
  read(request) {
    at(
      request,
      "POST",
      "/v1/spaces/AAA/messages?key=google-key-1&token=google-token-1&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD",
    );
    const thread = z.strictObject({ threadKey: upTo(4000) });
    z.number().max(32_000).parse(Buffer.byteLength(request.body));
    return json(request, z.strictObject({ text: upTo(4096), thread })).text;
  },
};

// https://core.telegram.org/bots/api#sendmessage, #messageentity
const telegram: Service = {
  type: "telegram",
  settings: (url) => ({ type: "telegram", token: "123456:telegram-secret", chat: "-100123", topic: 7, url }),
  secrets: ["telegram-secret"],
  forbidden: [LIVE_MENTION],
  read(request) {
    at(request, "POST", "/bot123456:telegram-secret/sendMessage");
    const schema = z.strictObject({
      chat_id: z.literal("-100123"),
      message_thread_id: z.literal(7),
      text: upTo(4096),
      entities: z.tuple([
        z.strictObject({ type: z.literal("bold"), offset: z.literal(0), length: z.int().min(1) }),
      ]),
      link_preview_options: z.strictObject({ is_disabled: z.literal(true) }),
      disable_notification: z.boolean(),
    });
    const { text, entities } = json(request, schema);
    z.literal(text.split("\n")[0]).parse(text.slice(0, entities[0].length));
    return text;
  },
};

// https://spec.matrix.org/latest/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid
const matrix: Service = {
  type: "matrix",
  settings: (url) => ({ type: "matrix", url, token: "matrix-access-secret", room: "!room:example.org" }),
  secrets: ["matrix-access-secret"],
  forbidden: [],
  read(request) {
    at(
      request,
      "PUT",
      /^\/_matrix\/client\/v3\/rooms\/!room%3Aexample\.org\/send\/m\.room\.message\/[\w-]+$/,
    );
    z.literal("Bearer matrix-access-secret").parse(request.headers.authorization);
    z.number().max(65_536).parse(Buffer.byteLength(request.body));
    const schema = z.strictObject({
      msgtype: z.literal("m.text"),
      body: z.string().min(1),
      format: z.literal("org.matrix.custom.html"),
      // Nothing but our own two elements.
      formatted_body: z.string().regex(/^<strong>([^<>]|<br>|<\/strong>)*$/),
      "m.mentions": z.strictObject({}),
    });
    return json(request, schema).body;
  },
};

// https://developer.pagerduty.com/docs/send-alert-event
const pagerduty: Service = {
  type: "pagerduty",
  settings: (url) => ({ type: "pagerduty", routingKey: "pagerduty-routing-secret", url }),
  secrets: ["pagerduty-routing-secret"],
  forbidden: [],
  read(request) {
    at(request, "POST", "/v2/enqueue");
    z.number().max(512_000).parse(Buffer.byteLength(request.body));
    const named = { routing_key: z.literal("pagerduty-routing-secret"), dedup_key: upTo(255) };
    const payload = z.strictObject({
      summary: upTo(1024),
      source: upTo(255),
      severity: z.enum(["critical", "error", "warning", "info"]),
      timestamp: z.iso.datetime().optional(),
      class: z.string().optional(),
      custom_details: z.object({ text: z.string() }),
    });
    const trigger = z.strictObject({
      ...named,
      event_action: z.literal("trigger"),
      client: z.string(),
      payload,
      links: z.array(z.strictObject({ href: httpUrl, text: z.string() })).optional(),
    });
    const other = z.strictObject({ ...named, event_action: z.enum(["acknowledge", "resolve"]) });
    const event = json(request, z.union([trigger, other]));
    return event.event_action === "trigger"
      ? `${event.payload.summary}\n${event.payload.custom_details.text}`
      : event.event_action;
  },
};

// https://docs.opsgenie.com/docs/alert-api
const opsgenie: Service = {
  type: "opsgenie",
  settings: (url) => ({ type: "opsgenie", apiKey: "opsgenie-api-secret", url }),
  secrets: ["opsgenie-api-secret"],
  forbidden: [],
  read(request) {
    z.literal("GenieKey opsgenie-api-secret").parse(request.headers.authorization);
    const priority = z.enum(["P1", "P2", "P3", "P4", "P5"]);
    if (request.path === "/v2/alerts") {
      at(request, "POST", "/v2/alerts");
      const schema = z.strictObject({
        message: upTo(130),
        alias: upTo(512),
        description: upTo(15_000),
        priority,
        source: upTo(100),
        entity: upTo(512),
        tags: z.array(upTo(50)).max(20),
      });
      const { message, description } = json(request, schema);
      return `${message}\n${description}`;
    }
    if (request.method === "PUT") {
      at(request, "PUT", /^\/v2\/alerts\/[\w-]+\/priority\?identifierType=alias$/);
      return `priority ${json(request, z.strictObject({ priority })).priority}`;
    }
    at(request, "POST", /^\/v2\/alerts\/[\w-]+\/(close|acknowledge)\?identifierType=alias$/);
    json(request, z.strictObject({ source: upTo(100), user: upTo(100).optional() }));
    return request.path.includes("/close") ? "close" : "acknowledge";
  },
};

// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml (postableAlerts)
const alertmanager: Service = {
  type: "alertmanager",
  settings: (url) => ({
    type: "alertmanager",
    url,
    user: "ada",
    password: "alertmanager-secret",
    labels: { team: "web" },
  }),
  secrets: ["alertmanager-secret", Buffer.from("ada:alertmanager-secret").toString("base64")],
  forbidden: [],
  read(request) {
    at(request, "POST", "/api/v2/alerts");
    const credentials = Buffer.from("ada:alertmanager-secret").toString("base64");
    z.literal(`Basic ${credentials}`).parse(request.headers.authorization);
    const names = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().min(1));
    const alert = z
      .strictObject({
        labels: names.refine((labels) => "alertname" in labels && labels.team === "web"),
        annotations: z.strictObject({ summary: z.string(), description: z.string() }),
        startsAt: z.iso.datetime(),
        endsAt: z.iso.datetime(),
        generatorURL: z.url().optional(),
      })
      .refine(({ startsAt, endsAt }) => startsAt < endsAt);
    return json(request, z.array(alert).min(1))
      .map(({ annotations }) => `${annotations.summary}\n${annotations.description}`)
      .join("\n");
  },
};

// https://docs.ntfy.sh/publish/#publish-as-json
const ntfy: Service = {
  type: "ntfy",
  settings: (url) => ({ type: "ntfy", topic: "alerts", token: "tk_ntfysecret", url }),
  secrets: ["tk_ntfysecret"],
  forbidden: [],
  read(request) {
    at(request, "POST", "/");
    z.literal("Bearer tk_ntfysecret").parse(request.headers.authorization);
    const schema = z.strictObject({
      topic: z.literal("alerts"),
      title: utf8(250),
      message: utf8(4096),
      priority: z.int().min(1).max(5),
      tags: z.array(z.string()),
      click: httpUrl.optional(),
    });
    const { title, message } = json(request, schema);
    return `${title}\n${message}`;
  },
};

// https://pushover.net/api#limits
const pushover: Service = {
  type: "pushover",
  settings: (url) => ({
    type: "pushover",
    token: "pushover-token-secret",
    userKey: "pushover-user-secret",
    url,
  }),
  secrets: ["pushover-token-secret", "pushover-user-secret"],
  forbidden: [],
  read(request) {
    at(request, "POST", "/1/messages.json");
    const characters = (longest: number) =>
      z.string().refine((text) => text !== "" && [...text].length <= longest);
    const schema = z.strictObject({
      token: z.literal("pushover-token-secret"),
      user: z.literal("pushover-user-secret"),
      title: characters(250),
      message: characters(1024),
      priority: z.enum(["-2", "-1", "0", "1"]),
      url: httpUrl.max(512).optional(),
      url_title: upTo(100).optional(),
    });
    const { title, message } = form(request, schema);
    return `${title}\n${message}`;
  },
};

// https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
const twilio: Service = {
  type: "twilio",
  settings: (url) => ({
    type: "twilio",
    account: "AC123",
    token: "twilio-auth-secret",
    from: "+4930111",
    to: "+4930222",
    url,
  }),
  secrets: ["twilio-auth-secret", Buffer.from("AC123:twilio-auth-secret").toString("base64")],
  forbidden: [],
  read(request) {
    at(request, "POST", "/2010-04-01/Accounts/AC123/Messages.json");
    const credentials = Buffer.from("AC123:twilio-auth-secret").toString("base64");
    z.literal(`Basic ${credentials}`).parse(request.headers.authorization);
    const number = z.string().regex(/^\+[1-9]\d+$/);
    return form(request, z.strictObject({ To: number, From: number, Body: upTo(1600) })).Body;
  },
};

// https://github.com/caronc/apprise-api#api-details
const apprise: Service = {
  type: "apprise",
  settings: (url) => ({ type: "apprise", url, key: "apprise-config-key", tag: "ops" }),
  secrets: ["apprise-config-key"],
  forbidden: [LIVE_MENTION],
  read(request) {
    at(request, "POST", "/notify/apprise-config-key");
    const schema = z.strictObject({
      title: z.string(),
      body: z.string().min(1),
      type: z.enum(["info", "success", "warning", "failure"]),
      format: z.enum(["text", "markdown", "html"]),
      tag: z.string(),
    });
    const { title, body } = json(request, schema);
    return `${title}\n${body}`;
  },
};

export const SERVICES: readonly Service[] = [
  webhook,
  ownBody,
  slack,
  slackBot,
  slackCompatible("mattermost", 16_383),
  slackCompatible("rocketchat", 5000),
  discord,
  teams,
  googlechat,
  telegram,
  matrix,
  pagerduty,
  opsgenie,
  alertmanager,
  ntfy,
  pushover,
  twilio,
  apprise,
];
