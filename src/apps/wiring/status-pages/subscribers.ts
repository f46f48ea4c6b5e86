/** What announces and sends to subscribers of status pages. */
import { channelSettingsSchema } from "../../../contract/alerting/channel-settings.ts";
import type { EmailSettings } from "../../../contract/alerting/channels/direct-settings.ts";
import { messageOf } from "../../../contract/errors.ts";
import type { SecretBox } from "../../../core/alerting/routing/stored-settings.ts";
import type { Database } from "../../../core/database.ts";
import type { Announcing } from "../../../core/status-pages/subscribers/announcing.ts";
import type {
  SubscriberSending,
  SubscriberTransport,
} from "../../../core/status-pages/subscribers/sending.ts";
import { systemClock } from "../../../services/process/clock.ts";
import { usableChannels } from "../../operations/alerting/alert-channels.ts";
import { listStatusPages } from "../../operations/status-pages/status-pages.ts";
import { secretPurpose } from "../../operations/status-pages/subscriptions.ts";
import { viewStatusPage } from "../../operations/status-pages/viewing.ts";
import { openSecretBox } from "../alerting/secret-box.ts";
import type { AppContext } from "../invocation.ts";

const MAIL_TIMEOUT_MS = 30_000;
/** What is older is announced no more. */
const ANNOUNCED_DAYS = 7;

export function subscriberWork(
  context: AppContext,
  database: Database,
): { readonly announcing: Announcing; readonly sending: SubscriberSending } {
  const { configuration, log } = context;
  const { subscribers, statusPages } = database;
  const clock = systemClock;
  const resources = { database, configuration, clock };
  const storedPage = async (slug: string) =>
    (await listStatusPages(resources)).find(({ page }) => page.slug === slug)?.page ?? null;
  return {
    announcing: {
      subscribers,
      statusPages,
      viewOf: async (slug) => {
        const page = await storedPage(slug);
        return page === null ? null : await viewStatusPage(resources, { ...page, days: ANNOUNCED_DAYS });
      },
      clock,
      log,
    },
    sending: {
      subscribers,
      pageOf: storedPage,
      transport: transportOf(context, database),
      clock,
      random: Math.random,
      log,
    },
  };
}

function transportOf(
  context: AppContext,
  { alertSettings }: Pick<Database, "alertSettings">,
): SubscriberTransport {
  const { configuration } = context;
  let box: SecretBox | null = null;
  const secretBox = (): SecretBox => {
    box ??= openSecretBox(context);
    return box;
  };
  const emailSettings = async (name: string): Promise<EmailSettings | null> => {
    const stored = usableChannels(secretBox, await alertSettings.channels()).channels;
    const settings = channelSettingsSchema.safeParse(configuration.channels[name] ?? stored[name]).data;
    return settings?.type === "email" ? settings : null;
  };
  return {
    async mail(channel, mail, signal) {
      const settings = await emailSettings(channel);
      if (settings === null) {
        const reason = `there is no e-mail channel "${channel}" that can be used`;
        return { kind: "unavailable", reason, afterMs: null };
      }
      const [{ sendMail }, { subscriberMail }, { secretsOf }] = await Promise.all([
        import("../../../services/channels/email/mailing.ts"),
        import("../../../services/channels/email/subscriber-mail.ts"),
        import("../../../services/channels/secrets.ts"),
      ]);
      const mailing = { settings, secrets: secretsOf(settings), timeoutMs: MAIL_TIMEOUT_MS };
      return await sendMail(mailing, subscriberMail(settings, mail), signal);
    },
    async post({ id, subscriberId, url, sealedSecret, body }, signal) {
      const { postToSubscriber } = await import("../../../services/channels/webhook/subscriber-webhook.ts");
      const targets = new Set(configuration.subscriberTargets);
      try {
        const secret =
          sealedSecret === null ? null : secretBox().open(sealedSecret, secretPurpose(subscriberId));
        return await postToSubscriber(
          { id, url, secret, body },
          { targets, nowMs: systemClock.now() },
          signal,
        );
      } catch (error) {
        signal.throwIfAborted();
        return { kind: "unavailable", reason: messageOf(error), afterMs: null };
      }
    },
  };
}
