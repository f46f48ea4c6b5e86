/** A site definition that cannot be checked. Thrown when the site is saved or prepared, never during a check. */
export class InvalidSiteError extends Error {
  override readonly name = "InvalidSiteError";
  /** Dotted path in the site: `regexp`, `options.json.0.path`. */
  readonly field: string;
  /** The field's value; an empty string when it is secret. */
  readonly value: string;
  /** Why the value is refused; names the position, counted from 1, where there is one. */
  readonly reason: string;

  constructor(field: string, value: string, reason: string) {
    super(`${field}: ${reason}`);
    this.field = field;
    this.value = value;
    this.reason = reason;
  }
}
