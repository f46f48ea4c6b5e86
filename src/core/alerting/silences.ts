/** Silences, as people make and end them. */
import type { Silence } from "./ports.ts";

export interface NewSilence {
  /** What it mutes: an incident, or what matches site and tag. At least one is given. */
  readonly incidentId: string | null;
  readonly site: string | null;
  readonly tag: string | null;
  readonly reason: string;
  readonly createdBy: string;
  /** Milliseconds since the epoch; null, for an incident, until it recovers. */
  readonly untilMs: number | null;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface SilenceStore {
  /** Those in force, oldest first. */
  list(): Promise<readonly Silence[]>;
  /** Throws `RefusedError` for an incident that is not there. */
  add(silence: NewSilence): Promise<Silence>;
  /** Ends it now; what it held is sent. False when none of that id is in force. */
  end(id: string): Promise<boolean>;
}
