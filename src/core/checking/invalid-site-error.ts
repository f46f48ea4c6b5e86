/** A site that can't be checked as it is defined, found when it is saved or prepared, never while it is checked. */
export class InvalidSiteError extends Error {
  override readonly name = "InvalidSiteError";
  /** Dotted path in the site: `regexp`, `options.json.0.path`. */
  readonly field: string;
  /** What stands there; an empty text where it is a secret. */
  readonly value: string;
  /** Why it is refused; names the position (from 1) where there is one. */
  readonly reason: string;

  constructor(field: string, value: string, reason: string) {
    super(`${field}: ${reason}`);
    this.field = field;
    this.value = value;
    this.reason = reason;
  }
}
