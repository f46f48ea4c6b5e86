/** Numbers of PostgreSQL's binary form that reading and writing share. */

/** PostgreSQL counts time from 2000-01-01 (manual, "Date/Time Types"). */
export const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);

/** What one in the upper half of a 64-bit integer stands for. */
export const HIGH_HALF = 2 ** 32;
