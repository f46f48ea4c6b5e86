/** Sends notices by SMTP. */
import type { ConfiguredChannel } from "../../../core/alerting/ports.ts";
import { withoutSecrets } from "../secrets.ts";
import type { WordsOf } from "../words.ts";
import { type Mailing, sendMail } from "./mailing.ts";
import { emailMessage } from "./message.ts";

export function createEmailChannel(mailing: Mailing & { readonly wordsOf: WordsOf }): ConfiguredChannel {
  const { settings, wordsOf, secrets } = mailing;
  return {
    keepsAlerts: false,
    send: (notice, signal) => sendMail(mailing, emailMessage(settings, notice, wordsOf), signal),
    preview(notice) {
      const { subject, text } = emailMessage(settings, notice, wordsOf);
      return withoutSecrets(`Subject: ${String(subject)}\n\n${String(text)}`, secrets);
    },
  };
}
