/**
 * The TLS options of the client, which reads the certificates from the settings at every new connection: a renewed
 * file is picked up without a restart; the TLS context is built anew only when the text has changed.
 */
import { type ConnectionOptions, createSecureContext, type SecureContext } from "node:tls";
import { messageOf, UsageError } from "../../../contract/errors.ts";
import type { TlsSettings } from "../../../contract/settings/connection-settings.ts";

/** Throws `UsageError` when the certificates can't be used. */
export function tlsOptions(settings: TlsSettings): ConnectionOptions {
  let current: { readonly text: string; readonly context: SecureContext } | null = null;
  const secureContext = (): SecureContext => {
    const { ca, certificate, key } = settings;
    const text = JSON.stringify([ca, certificate, key]);
    if (current?.text === text) return current.context;
    try {
      current = { text, context: createSecureContext({ ca, cert: certificate, key }) };
    } catch (error) {
      // A renewal in progress: the certificate is there, its key is not yet. The old pair serves until both are.
      if (current === null) throw unusable(error);
    }
    return current.context;
  };
  // Fails here, where the caller can report it, rather than at the first connection.
  secureContext();
  return {
    rejectUnauthorized: settings.verify,
    // The client spreads these options at each connection, which is when a getter is read.
    get secureContext() {
      return secureContext();
    },
  };
}

function unusable(error: unknown): UsageError {
  const reason = messageOf(error);
  return new UsageError(
    `kafka.ca, kafka.certificate and kafka.key can't be used for TLS (${reason}): the certificate and the key must be a pair, in PEM`,
  );
}
