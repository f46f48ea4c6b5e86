// A log that nobody reads.
import type { Log } from "../../../src/core/log.ts";

export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
