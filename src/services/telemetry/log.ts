/** Logging by pino: JSON lines on standard error, readable ones where that is a terminal. Results go elsewhere. */
import { type DestinationStream, pino } from "pino";
import pretty from "pino-pretty";
import type { Log } from "../../core/log.ts";

export interface LogOptions {
  readonly level: string;
  /** The process's role, on every line. */
  readonly app: string;
  readonly stream: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Fields whose values are never written, whoever logs them, at the first two levels. */
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
