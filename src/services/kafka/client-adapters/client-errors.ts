/**
 * Reads and makes the client's errors. Each may wrap a cause and a list of further errors. Documented are the classes and
 * their codes; not documented are the properties `apiId`, `canRetry`, `needsRejoin` and `serverErrorMessage`, the texts
 * that are matched here, and that an error code which the client does not know becomes a `TypeError`.
 */
import { ProtocolError, protocolErrors } from "@platformatic/kafka";
import { errorNameOf } from "./wire.ts";

/** An error code of the protocol that this client does not know: the broker is newer. */
class UnknownErrorCodeError extends Error {
  override readonly name = "UnknownErrorCodeError";

  constructor(code: number) {
    super(`the broker answered with error code ${code}, which this version of Sitewire does not know`);
  }
}

/** What the broker said, as the client would report it; for any 16-bit code. */
export function brokerError(codeOrName: number | string, detail: string | null = null): Error {
  const name = typeof codeOrName === "string" ? codeOrName : errorNameOf(codeOrName);
  if (name === null || !(name in protocolErrors)) return new UnknownErrorCodeError(Number(codeOrName));
  return new ProtocolError(name, detail);
}

/** The error and everything inside it, outermost first. */
export function errorTree(error: unknown): readonly Error[] {
  const found: Error[] = [];
  const visit = (candidate: unknown): void => {
    if (!(candidate instanceof Error) || found.includes(candidate)) return;
    found.push(candidate);
    if (candidate instanceof AggregateError) for (const inner of candidate.errors) visit(inner);
    visit(candidate.cause);
  };
  visit(error);
  return found;
}

/** The broker's error names in it, such as `TOPIC_AUTHORIZATION_FAILED`; a name can appear twice. */
export function brokerErrorNames(error: unknown): readonly string[] {
  return errorTree(error).flatMap((inner) =>
    "apiId" in inner && typeof inner.apiId === "string" ? [inner.apiId] : [],
  );
}

export function hasBrokerError(error: unknown, name: string): boolean {
  return brokerErrorNames(error).includes(name);
}

/** What the broker added to its error name; null where it added nothing. */
export function brokerDetail(error: unknown): string | null {
  for (const inner of errorTree(error)) {
    if ("serverErrorMessage" in inner && typeof inner.serverErrorMessage === "string") {
      return inner.serverErrorMessage;
    }
  }
  return null;
}

/** Whether the broker says that the same request can succeed a moment later, as while a coordinator moves. */
export function passesByItself(error: unknown): boolean {
  return errorTree(error).some((inner) => "apiId" in inner && "canRetry" in inner && inner.canRetry === true);
}

/** Whether the group no longer accepts the member or its generation: it has to join again. */
export function needsRejoin(error: unknown): boolean {
  return errorTree(error).some((inner) => "needsRejoin" in inner && inner.needsRejoin === true);
}

/** Whether the connection failed, and not the broker's answer; a refused login is neither. */
export function isNetworkFailure(error: unknown): boolean {
  const errors = errorTree(error);
  return errors.some(hasCode("PLT_KFK_NETWORK")) && !errors.some(hasCode("PLT_KFK_AUTHENTICATION"));
}

/** The client replaces the broker's UNKNOWN_TOPIC_OR_PARTITION by an error of its own. */
export function isUnknownTopic(error: unknown): boolean {
  return (
    hasBrokerError(error, "UNKNOWN_TOPIC_OR_PARTITION") ||
    errorTree(error).some(({ message }) => /^Unknown topic /.test(message))
  );
}

/** Whether a request learned only that its connection was closed, and not why. */
export function saysOnlyThatItWasClosed(error: unknown): boolean {
  return errorTree(error).some(({ message }) => message === "Connection closed");
}

export function isRefusedLogin(error: Error): boolean {
  return hasCode("PLT_KFK_AUTHENTICATION")(error);
}

/** Whether a broker's TLS port got plain text. */
export function isPlainTextToTls(error: Error): boolean {
  return /Broker requires TLS/.test(error.message);
}

/** Whether a broker's plain-text port got a TLS handshake. */
export function isTlsToPlainText(error: Error): boolean {
  return /verify the broker supports TLS|before secure TLS connection was established/.test(error.message);
}

export function isTimeout(error: Error): boolean {
  return /timed out/i.test(error.message);
}

export function isClosedConnection(error: Error): boolean {
  return /connection closed/i.test(error.message);
}

/** Whether the client met an error code that it does not know, or this adapter did. */
export function isUnknownErrorCode(error: Error): boolean {
  return (
    error instanceof UnknownErrorCodeError ||
    (error instanceof TypeError && /protocolErrors/.test(error.message))
  );
}

/** `host:port` of the connection that failed; null where the error does not name it. */
export function failedPlace(errors: readonly Error[]): string | null {
  for (const { message } of errors) {
    const place = /Connection to (\S+:\d+) /.exec(message)?.[1];
    if (place !== undefined) return place;
  }
  return null;
}

function hasCode(code: string): (error: Error) => boolean {
  return (error) => "code" in error && error.code === code;
}
