/** An event on its way to a topic, and one read from it. Kafka's record, without Kafka. */

/** Headers are UTF-8 text; a key that stands twice keeps its last value. */
export type EventHeaders = Readonly<Record<string, string>>;

/** The bytes of what is not UTF-8: as text it would come back altered. */
export interface BinaryParts {
  /** Null where the key is text or there is none. */
  readonly key: Uint8Array | null;
  /** Values by their headers' names. */
  readonly headers: Readonly<Record<string, Uint8Array>>;
}

export interface Event {
  readonly topic: string;
  /** Events of one key stay in order; null spreads them. */
  readonly key: string | null;
  readonly headers: EventHeaders;
  /** null is a tombstone on a compacted topic. */
  readonly value: Uint8Array | null;
  /** Where the key or a header is not text: published in its place. */
  readonly binary?: BinaryParts | undefined;
}

export interface ConsumedEvent extends Event {
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since the epoch, as the log stamped it. */
  readonly timestampMs: number;
  /**
   * Why the log's own record can't be read, where that is so: the event then has no key and no headers, and its value is
   * the bytes of the record, or of those records of its batch that can't be told apart.
   */
  readonly unreadable?: string;
  /** One of its headers: cheaper than all of them. */
  header(name: string): string | undefined;
}
