/** An event to publish to a topic, and an event read from one: a record, independent of Kafka. */

/** Headers are UTF-8 text. When a name occurs twice, the last value is kept. */
export type EventHeaders = Readonly<Record<string, string>>;

/** The bytes of keys and headers that are not valid UTF-8: decoding them to text would change them. */
export interface BinaryParts {
  /** Null when the key is text or absent. */
  readonly key: Uint8Array | null;
  /** Values by header name. */
  readonly headers: Readonly<Record<string, Uint8Array>>;
}

export interface Event {
  readonly topic: string;
  /** Events of one key stay in order; events without a key are spread over partitions. */
  readonly key: string | null;
  readonly headers: EventHeaders;
  /** Null is a tombstone on a compacted topic. */
  readonly value: Uint8Array | null;
  /** Binary key and headers, which replace the text ones when the event is published. */
  readonly binary?: BinaryParts | undefined;
}

export interface ConsumedEvent extends Event {
  readonly partition: number;
  readonly offset: bigint;
  /** The event log's timestamp, milliseconds since the epoch. */
  readonly timestampMs: number;
  /**
   * Why the event log's record cannot be decoded. The event then has no key and no headers. Its value is the bytes of the
   * record, or of all records of the batch that cannot be separated.
   */
  readonly unreadable?: string;
  /** Returns one header without decoding all of them. */
  header(name: string): string | undefined;
}
