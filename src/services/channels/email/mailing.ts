/** Sends one message by SMTP. */
import { setTimeout as pause } from "node:timers/promises";
import { createTransport, type SendMailOptions } from "nodemailer";
import type { EmailSettings } from "../../../contract/alerting/channels/direct-settings.ts";
import { messageOf } from "../../../contract/errors.ts";
import type { SendOutcome } from "../../../core/alerting/ports.ts";
import { withoutSecrets } from "../secrets.ts";

export interface Mailing {
  readonly settings: EmailSettings;
  /** Hidden in reasons. */
  readonly secrets: readonly string[];
  /** For connection, login and message together. */
  readonly timeoutMs: number;
}

const REFUSED_FROM = 500;
const SECOND_MS = 1000;

/** A connection a message: an idle one is closed by the server soon. Rejects only when the signal aborts. */
export async function sendMail(
  { settings, secrets, timeoutMs }: Mailing,
  message: SendMailOptions,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const transport = createTransport(transportOf(settings, timeoutMs));
  const bound = new AbortController();
  const until = AbortSignal.any([signal, bound.signal]);
  try {
    const inTime = await Promise.race([
      transport.sendMail(message).then(() => true),
      // The transport bounds each step, and not the whole.
      pause(timeoutMs, false, { signal: until }),
    ]);
    if (inTime) return { kind: "sent" };
    const reason = `email: no answer within ${timeoutMs / SECOND_MS} s`;
    return { kind: "unavailable", reason, afterMs: null };
  } catch (error) {
    signal.throwIfAborted();
    const outcome = outcomeOf(error);
    return { ...outcome, reason: withoutSecrets(outcome.reason, secrets) };
  } finally {
    bound.abort();
    transport.close();
  }
}

function transportOf(
  { host, port, tls, ca, user, password, oauth2 }: EmailSettings,
  timeoutMs: number,
): Parameters<typeof createTransport>[0] {
  const transport = {
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A message reads no files and no addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(ca === undefined ? {} : { tls: { ca } }),
  };
  if (oauth2 !== undefined) {
    const { clientId, clientSecret, refreshToken, accessToken, tokenUrl } = oauth2;
    return {
      ...transport,
      auth: { type: "OAuth2", user, clientId, clientSecret, refreshToken, accessToken, accessUrl: tokenUrl },
    };
  }
  return user === undefined ? transport : { ...transport, auth: { user, pass: password ?? "" } };
}

/** A 5yz reply is for good (RFC 5321, section 4.2.1); anything else may pass. */
function outcomeOf(error: unknown): Exclude<SendOutcome, { kind: "sent" }> {
  const reason = `email: ${messageOf(error).replaceAll(/\s+/g, " ")}`;
  const code = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : 0;
  return code >= REFUSED_FROM ? { kind: "refused", reason } : { kind: "unavailable", reason, afterMs: null };
}
