/** One thing `sitewire doctor` tried. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What a person can do about it; null when there is nothing to do. */
  readonly fix: string | null;
}
