/** Constants of PostgreSQL's binary format, shared by reading and writing. */

/** PostgreSQL counts time from 2000-01-01 (manual, "Date/Time Types"). */
export const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);

/** The weight of the upper half of a 64-bit integer. */
export const HIGH_HALF = 2 ** 32;
