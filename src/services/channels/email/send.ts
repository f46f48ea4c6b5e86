/** Sends notices by SMTP. */
import { createTransport } from "nodemailer";
import type { EmailSettings } from "../../../contract/channel-settings.ts";
import { messageOf } from "../../../contract/errors.ts";
import { noticeText } from "../../../core/alerting/notice.ts";
import type { Channel, SendOutcome } from "../../../core/alerting/ports.ts";

const TIMEOUT_MS = 10_000;
const REFUSED_FROM = 500;

/** A connection a message: alerts are rare, and an idle one is closed by the server soon. */
export function createEmailChannel(settings: EmailSettings): Channel {
  const { host, port, tls, user, password, from, to } = settings;
  return {
    async send(notice) {
      const { title, lines } = noticeText(notice);
      const transport = createTransport({
        host,
        port,
        secure: tls === "implicit",
        requireTLS: tls === "starttls",
        ignoreTLS: tls === "none",
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
        ...(user === undefined ? {} : { auth: { user, pass: password ?? "" } }),
      });
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: title,
          text: `${title}\n\n${lines.join("\n")}\n`,
          // Mail clients show one incident's messages as one conversation.
          messageId: `<${notice.key}.${notice.kind}@sitewire>`,
          references: [`<${notice.key}@sitewire>`],
          headers: { "auto-submitted": "auto-generated" },
        });
        return { kind: "sent" };
      } catch (error) {
        return outcomeOf(error);
      } finally {
        transport.close();
      }
    },
  };
}

/** A 5yz reply is for good (RFC 5321, section 4.2.1); anything else may pass. */
function outcomeOf(error: unknown): SendOutcome {
  const reason = `e-mail: ${messageOf(error).replaceAll(/\s+/g, " ")}`;
  const code = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : 0;
  return code >= REFUSED_FROM ? { kind: "refused", reason } : { kind: "unavailable", reason, afterMs: null };
}
