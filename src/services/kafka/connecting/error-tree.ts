/** Looks into the client's errors: each may wrap a cause and a list of further errors. */

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

/** The broker's own error names in it, such as `TOPIC_AUTHORIZATION_FAILED`; the same name may stand twice. */
export function brokerErrorNames(error: unknown): readonly string[] {
  return errorTree(error).flatMap((inner) =>
    "apiId" in inner && typeof inner.apiId === "string" ? [inner.apiId] : [],
  );
}

export function hasBrokerError(error: unknown, name: string): boolean {
  return brokerErrorNames(error).includes(name);
}

/** Whether the broker says that the same request may succeed a moment later, as while a coordinator moves. */
export function passesByItself(error: unknown): boolean {
  return errorTree(error).some((inner) => "apiId" in inner && "canRetry" in inner && inner.canRetry === true);
}

/** Whether the connection, not the broker's answer, failed; a refused login is neither. */
export function isNetworkFailure(error: unknown): boolean {
  const errors = errorTree(error);
  return (
    errors.some((inner) => "code" in inner && inner.code === "PLT_KFK_NETWORK") &&
    !errors.some((inner) => "code" in inner && inner.code === "PLT_KFK_AUTHENTICATION")
  );
}
