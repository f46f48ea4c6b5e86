/** Positions of the fields of a record batch, version 2 (Kafka protocol guide, "Record Batch"). */
export const BATCH = {
  firstOffset: 0,
  /** The number of bytes from `leaderEpoch` on. */
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  /** CRC-32C of the bytes from `attributes` on. */
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
