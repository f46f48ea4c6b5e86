/** The two kinds of failure that services report to core. */

/** A dependency cannot be reached or cannot work now. Retry later with the same data. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
  /** Names the outage: errors with the same name have the same cause, wherever they are met. */
  readonly outage: string | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly outage?: string }) {
    super(message, options);
    this.outage = options?.outage;
  }
}

/** A dependency rejects this data permanently. Set the data aside with the reason. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  /** A short machine-readable code: a Kafka error name, an SQLSTATE. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
