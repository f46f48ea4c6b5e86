/** The TLS handshake on an open connection, and the judgement of the server's certificate. */
import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { ConnectionOptions, SecureContext, TLSSocket } from "node:tls";
import type { Attempt } from "../attempt/attempt.ts";
import { messageOf, ProbeError, systemCode } from "../probe-error.ts";
import { type CertificateChain, distinguishedName, type TrustedCertificates } from "./certificate-chain.ts";
import type { Connection } from "./connection.ts";

export interface TlsTarget {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly context: SecureContext;
  /** What the context trusts. */
  readonly trusted: TrustedCertificates;
  readonly verify: boolean;
  /** Protocols offered by ALPN, the preferred first. */
  readonly protocols: readonly string[];
}

export interface Handshake {
  /** Whether HTTP/2 was agreed on, else it is HTTP/1.1. */
  readonly http2: boolean;
  /** Null where the server showed no certificate. */
  readonly chain: CertificateChain | null;
  /** Why the certificate is not trusted; null where it is. Returned and not thrown, since the chain is known. */
  readonly refusal: ProbeError | null;
}

/** Node's options for a handshake with the target. */
export function tlsOptions(target: TlsTarget): ConnectionOptions {
  return {
    secureContext: target.context,
    ALPNProtocols: [...target.protocols],
    // The certificate is judged below, so that its expiry is known even where it is refused.
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
  skipChainDecoding(socket);
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
    chain: certificate === undefined ? null : target.trusted.chainOf(certificate, Date.now()),
    refusal: target.verify ? refusalOf(socket, certificate, target.host) : null,
  };
}

/**
 * Node decodes the whole chain into objects for `checkServerIdentity`, unless `isSessionReused()` says that a session
 * was resumed; no check resumes one, and the certificate is judged here. That Node asks this method is not documented:
 * a test (securing.test.ts) fails when it no longer does. Then checks stay right and a handshake costs a fifth more.
 */
function skipChainDecoding(socket: TLSSocket): void {
  socket.isSessionReused = () => true;
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
        `the certificate, issued by ${distinguishedName(certificate.issuer)}, is not trusted: ${code}`,
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
