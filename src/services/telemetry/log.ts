/** The logger, based on pino: writes JSON lines to standard error, or readable lines on a terminal. */
import { type DestinationStream, pino } from "pino";
import pretty from "pino-pretty";
import type { Log } from "../../core/log.ts";

export interface LogOptions {
  readonly level: string;
  /** The app's name, on every line. */
  readonly app: string;
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Fields whose values are redacted on the first two levels of every line. */
const SECRET_FIELDS = ["password", "authorization", "secret", "token", "key", "connectionString"];

export function createLog({ level, app, stream }: LogOptions): Log {
  const destination: DestinationStream =
    stream.isTTY === true
      ? pretty({
          destination: stream,
          colorize: true,
          ignore: "pid,hostname,app",
          translateTime: "HH:MM:ss",
          singleLine: true,
        })
      : { write: (line) => void stream.write(line) };
  return pino(
    {
      level,
      base: { app },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: "[redacted]" },
    },
    destination,
  );
}
