/** The TLS handshake on an open connection, and what is to be said about the server's certificate. */
import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { ConnectionOptions, SecureContext, TLSSocket } from "node:tls";
import type { Attempt } from "../attempt/attempt.ts";
import { messageOf, ProbeError, systemCode } from "../probe-error.ts";
import type { Connection } from "./connection.ts";

export interface TlsTarget {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly context: SecureContext;
  readonly verify: boolean;
  /** Protocols offered by ALPN, the preferred first. */
  readonly protocols: readonly string[];
}

export interface Handshake {
  /** Whether HTTP/2 was agreed on, else it is HTTP/1.1. */
  readonly http2: boolean;
  /** Expiry of the server's certificate, milliseconds since the epoch; null where it showed none. */
  readonly certificateExpiresAtMs: number | null;
  /** Why the certificate is not to be trusted; null where it is. Told and not thrown: its expiry is known. */
  readonly refusal: ProbeError | null;
}

/** Node's options for a handshake with the target. */
export function tlsOptions(target: TlsTarget): ConnectionOptions {
  return {
    secureContext: target.context,
    ALPNProtocols: [...target.protocols],
    // The certificate is judged here, so that its expiry is known even where it is refused.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(isIP(target.host) === 0 ? { servername: withoutDot(target.host) } : {}),
  };
}

/**
 * Waits for the handshake on a connection made with `tlsOptions`. Rejects with a `ProbeError` (tls_*, connect_reset,
 * connection_closed) where the handshake itself fails.
 */
export async function secure(
  connection: Connection<TLSSocket>,
  target: TlsTarget,
  attempt: Attempt,
): Promise<Handshake> {
  const { socket } = connection;
  attempt.enter("tls");
  // A request sent right behind the handshake's last message must not wait for that to be acknowledged.
  socket.setNoDelay(true);
  // Node decodes the whole chain for `checkServerIdentity` unless a session was resumed. None ever is here.
  socket.isSessionReused = () => true;
  try {
    await attempt.step<void>((resolve, reject) => {
      socket.once("secureConnect", resolve);
      socket.once("error", (error) => reject(handshakeFailure(error)));
      return () => {};
    });
  } catch (error) {
    connection.close();
    throw error;
  }
  const certificate = socket.getPeerX509Certificate();
  return {
    http2: socket.alpnProtocol === "h2",
    certificateExpiresAtMs: certificate?.validToDate.getTime() ?? null,
    refusal: target.verify ? refusalOf(socket, certificate, target.host) : null,
  };
}

function refusalOf(
  socket: TLSSocket,
  certificate: X509Certificate | undefined,
  host: string,
): ProbeError | null {
  if (certificate === undefined) return new ProbeError("tls_untrusted", "the server showed no certificate");
  if (!socket.authorized) return chainRefusal(authorizationCode(socket), certificate);
  const name = withoutDot(host);
  const named =
    isIP(name) === 0
      ? certificate.checkHost(name, { subject: "never", partialWildcards: false })
      : certificate.checkIP(name);
  if (named !== undefined) return null;
  const names = certificate.subjectAltName ?? "no name at all";
  return new ProbeError("tls_hostname", `the certificate is not for ${name} but for ${names}`);
}

/** Node documents an error but sets its code alone. */
function authorizationCode(socket: TLSSocket): string {
  const error: unknown = socket.authorizationError;
  return typeof error === "string" ? error : systemCode(error) || messageOf(error);
}

function chainRefusal(code: string, certificate: X509Certificate): ProbeError {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return new ProbeError("tls_expired", expiredMessage(certificate));
    case "CERT_NOT_YET_VALID":
      return new ProbeError(
        "tls_not_yet_valid",
        `the certificate is valid from ${certificate.validFromDate.toISOString()} on`,
      );
    default:
      return new ProbeError(
        "tls_untrusted",
        `the certificate, issued by ${oneLine(certificate.issuer)}, is not trusted: ${code}`,
      );
  }
}

function expiredMessage(certificate: X509Certificate): string {
  const until = certificate.validToDate;
  return until.getTime() < Date.now()
    ? `the certificate expired on ${until.toISOString()}`
    : "a certificate in the server's chain has expired";
}

function withoutDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

function oneLine(distinguishedName: string): string {
  return distinguishedName.replaceAll("\n", ", ");
}

function handshakeFailure(error: Error): ProbeError {
  const code = systemCode(error);
  if (code === "ECONNRESET" || code === "EPIPE") {
    // Node says ECONNRESET for an orderly end too, but then names no system call.
    return "syscall" in error
      ? new ProbeError("connect_reset", "the server reset the connection during the TLS handshake")
      : new ProbeError("connection_closed", "the server closed the connection during the TLS handshake");
  }
  return new ProbeError("tls_protocol", `no TLS connection: ${opensslReason(error)}`);
}

/** OpenSSL's reason without its source file and numbers. */
export function opensslReason(error: Error): string {
  if ("reason" in error && typeof error.reason === "string") return error.reason;
  return error.message;
}
