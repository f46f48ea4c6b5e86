/** The two ways in which an outside thing fails, as services report them to core. */

/** It can't be reached or can't work now: try again later with the same data. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
  /** Names the outage: errors with the same name have the same cause, wherever they are met. */
  readonly outage: string | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly outage?: string }) {
    super(message, options);
    this.outage = options?.outage;
  }
}

/** It refuses this data and will always refuse it: set the data aside with the reason. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  /** A short machine-readable code: a Kafka error name, an SQLSTATE. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
