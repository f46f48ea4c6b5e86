/**
 * One request of our own over the client's connections. `kGetApi` is exported but not documented, so the client's version
 * is pinned.
 */
import { type Base, type Connection, kGetApi, type Reader, type Writer } from "@platformatic/kafka";

export interface BrokerRequest<T> {
  /** Its number in the protocol. */
  readonly key: number;
  readonly version: number;
  /** Whether its headers have tags behind them (KIP-482). */
  readonly tagged: boolean;
  readonly write: () => Writer;
  /** May throw: the request is rejected with that. */
  readonly read: (reader: Reader) => T;
}

/** The newest version of a request that both the broker and the client have. Rejects with the client's error. */
export async function newestVersion(
  client: Pick<Base, typeof kGetApi>,
  request: "Fetch" | "Produce",
): Promise<number> {
  return await new Promise((resolve, reject) => {
    client[kGetApi](request, (error, api) => {
      if (error !== null || api === undefined) reject(error);
      else resolve(api.version);
    });
  });
}

/** Rejects with the client's error. */
export async function sendRequest<T>(
  connection: Connection,
  { key, version, tagged, write, read }: BrokerRequest<readonly T[]>,
): Promise<readonly T[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly T[]>();
  connection.send<readonly T[]>(
    key,
    version,
    write,
    (_correlationId, _key, _version, reader) => read(reader),
    tagged,
    tagged,
    (error, answers) => {
      if (error === null) resolve(answers ?? []);
      else reject(error);
    },
  );
  return await promise;
}
