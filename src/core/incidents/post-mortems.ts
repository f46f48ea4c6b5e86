/** Port for what people write about an incident afterwards. */
export interface PostMortem {
  /** Markdown. */
  readonly text: string;
  /** Counts from 1; every revision is kept. */
  readonly revision: number;
  readonly writtenBy: string;
  /** Milliseconds since the epoch. */
  readonly writtenAtMs: number;
}

export interface NewPostMortem {
  readonly incidentId: string;
  readonly text: string;
  readonly by: string;
  /** The revision that it replaces, 0 for none; any when omitted. */
  readonly replaces?: number | undefined;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface PostMortemStore {
  /** Null when there is none. */
  latest(incidentId: string): Promise<PostMortem | null>;
  /** Adds a revision; null when `replaces` is not the latest one. Throws `RefusedError` for an unknown incident. */
  write(text: NewPostMortem): Promise<PostMortem | null>;
}
