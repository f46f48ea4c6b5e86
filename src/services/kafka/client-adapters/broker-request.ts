/**
 * Requests that are encoded here, sent over the client's connections. `Connection.send` is public but not documented.
 * Each connection is asked once which versions its broker speaks; a version that is not encoded here is never sent.
 */
import { type Connection, type Reader, Writer } from "@platformatic/kafka";
import { brokerError } from "./client-errors.ts";

/** A request as it is encoded here. */
export interface EncodedRequest {
  readonly name: string;
  /** Its number in the protocol. */
  readonly key: number;
  /** The versions that are encoded here. */
  readonly oldest: number;
  readonly newest: number;
  /** The first version whose headers end in tagged fields (KIP-482). */
  readonly taggedSince: number;
}

interface VersionRange {
  readonly key: number;
  readonly oldest: number;
  readonly newest: number;
}

/** ApiVersions, version 0: every broker since 0.10 answers it (KIP-35). */
const API_VERSIONS = { key: 18, version: 0 } as const;

const rangesByConnection = new WeakMap<Connection, Promise<readonly VersionRange[]>>();

/**
 * The newest version of the request that is encoded here and that the connection's broker speaks. Rejects with the
 * client's error, or with an `Error` where there is none.
 */
export async function negotiatedVersion(connection: Connection, request: EncodedRequest): Promise<number> {
  const range = (await rangesOf(connection)).find(({ key }) => key === request.key);
  const version = Math.min(range?.newest ?? -1, request.newest);
  if (range === undefined || version < Math.max(range.oldest, request.oldest)) {
    const spoken = range === undefined ? "not at all" : `in versions ${range.oldest} to ${range.newest}`;
    throw new Error(
      `the broker speaks ${request.name} ${spoken}, Sitewire in versions ${request.oldest} to ${request.newest}: use a broker from Kafka 2.7 to the newest that docs/kafka-clients.md names`,
    );
  }
  return version;
}

/** Sends one request and reads its answer. Rejects with the client's error, or with what `read` throws. */
export async function sendRequest<T>(
  connection: Connection,
  request: EncodedRequest,
  version: number,
  write: () => Writer,
  read: (reader: Reader) => T,
): Promise<T> {
  return await send(connection, { ...request, version, tagged: version >= request.taggedSince, write, read });
}

async function rangesOf(connection: Connection): Promise<readonly VersionRange[]> {
  const known = rangesByConnection.get(connection);
  if (known !== undefined) return await known;
  const asked = send(connection, {
    ...API_VERSIONS,
    tagged: false,
    write: () => Writer.create(),
    read: readApiVersions,
  });
  rangesByConnection.set(connection, asked);
  // One that failed is asked again.
  asked.catch(() => rangesByConnection.delete(connection));
  return await asked;
}

function readApiVersions(reader: Reader): readonly VersionRange[] {
  const errorCode = reader.readInt16();
  if (errorCode !== 0) throw brokerError(errorCode);
  return reader.readArray(
    (range) => ({ key: range.readInt16(), oldest: range.readInt16(), newest: range.readInt16() }),
    false,
    false,
  );
}

async function send<T>(
  connection: Connection,
  {
    key,
    version,
    tagged,
    write,
    read,
  }: {
    readonly key: number;
    readonly version: number;
    readonly tagged: boolean;
    readonly write: () => Writer;
    readonly read: (reader: Reader) => T;
  },
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  connection.send<{ readonly answer: T }>(
    key,
    version,
    write,
    (_correlationId, _key, _version, reader) => ({ answer: read(reader) }),
    tagged,
    tagged,
    (error, parsed) => {
      if (error === null && parsed !== undefined) resolve(parsed.answer);
      else reject(error ?? new Error("the client's connection gave neither an answer nor an error"));
    },
  );
  return await promise;
}
