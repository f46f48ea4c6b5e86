/** Port for the silences that people create and end. */
export interface NewSilence {
  /** The incident to mute. At least one of `incidentId`, `site` and `tag` is not null. */
  readonly incidentId: string | null;
  readonly site: string | null;
  readonly tag: string | null;
  readonly reason: string;
  readonly createdBy: string;
  /** Milliseconds since the epoch; null means until all incidents that it mutes, and that are open now, have recovered. */
  readonly untilMs: number | null;
}

/** An active silence. */
export interface Silence extends NewSilence {
  readonly id: string;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface SilenceStore {
  /** Active silences, oldest first. */
  list(): Promise<readonly Silence[]>;
  /**
   * Adds a silence. Returns null when it should last until recovery, and nothing that it mutes is open. Throws
   * `RefusedError` when the incident does not exist.
   */
  add(silence: NewSilence): Promise<Silence | null>;
  /** Ends a silence now; the deliveries it held back become due. Returns false when no active silence has the id. */
  end(id: string): Promise<boolean>;
}
