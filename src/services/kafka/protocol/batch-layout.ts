/** Where the fields of a record batch of version 2 stand (Kafka protocol guide, "Record Batch"). */
export const BATCH = {
  firstOffset: 0,
  /** Counts from `leaderEpoch` on. */
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  /** Sums up what is from `attributes` on. */
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  firstSequence: 53,
  recordCount: 57,
  records: 61,
} as const;
