/**
 * A TCP connection to a host: resolve, judge every address by the target policy, then race what is allowed.
 *
 * The connection is made to the very address that was judged, so what the name resolves to a moment later changes
 * nothing.
 */
import { connect, isIP, type Socket } from "node:net";
import { classifyAddress, type TargetPolicy } from "../../core/checking/target-policy.ts";
import type { Attempt } from "./attempt.ts";
import type { IpVersion, NameResolver, ResolvedAddress } from "./name-resolver.ts";
import { messageOf, ProbeError, systemCode } from "./probe-error.ts";

export interface Destination {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface Dialling {
  readonly resolver: NameResolver;
  readonly targetPolicy: TargetPolicy;
  readonly ipVersion: IpVersion;
}

/** RFC 8305, section 5: an attempt has this long before the next address is tried beside it. */
const ATTEMPT_DELAY_MS = 250;

/** Rejects with a `ProbeError`: dns_*, target_blocked or connect_*. */
export async function openConnection(to: Destination, by: Dialling, attempt: Attempt): Promise<Socket> {
  const addresses = await allowedAddresses(to.host, by, attempt);
  attempt.enter("connect");
  return await attempt.step<Socket>((resolve, reject) => race(addresses, to.port, resolve, reject));
}

/** The addresses of a host that may be connected to; at least one. Rejects with dns_* or target_blocked. */
export async function allowedAddresses(
  host: string,
  { resolver, targetPolicy, ipVersion }: Dialling,
  attempt: Attempt,
): Promise<readonly ResolvedAddress[]> {
  const literal = isIP(host);
  if (literal === 4 || literal === 6) {
    return allowed(host, [{ address: host, family: literal }], targetPolicy);
  }
  attempt.enter("dns");
  const resolved = await attempt.step<readonly ResolvedAddress[]>((resolve, reject) => {
    resolver.resolve(host, ipVersion).then(resolve, reject);
    return () => {};
  });
  return allowed(host, resolved, targetPolicy);
}

function allowed(
  host: string,
  addresses: readonly ResolvedAddress[],
  policy: TargetPolicy,
): readonly ResolvedAddress[] {
  const passing = addresses.filter(({ address }) => policy.has(classifyAddress(address)));
  if (passing.length > 0) return passing;
  const [first] = addresses;
  if (first === undefined) throw new ProbeError("dns_not_found", `${host} has no address`);
  const what = first.address === host ? host : `${host} is ${first.address}, which`;
  throw new ProbeError(
    "target_blocked",
    `${what} is a ${classifyAddress(first.address)} address, and such may not be checked here`,
  );
}

/** Happy Eyeballs: the next address starts when the one before has failed or taken too long; the first wins. */
function race(
  addresses: readonly ResolvedAddress[],
  port: number,
  resolve: (socket: Socket) => void,
  reject: (error: ProbeError) => void,
): () => void {
  const racing = new Set<Socket>();
  let firstFailure: ProbeError | null = null;
  let next = 0;
  let delay: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(delay);
    for (const socket of racing) socket.destroy();
  };
  const startNext = (): void => {
    clearTimeout(delay);
    const address = addresses[next];
    if (address === undefined) return;
    next += 1;
    const socket = connect({ host: address.address, port });
    racing.add(socket);
    socket.once("connect", () => {
      racing.delete(socket);
      stop();
      resolve(socket);
    });
    // Stays for the socket's life: an error that nobody waits for must not end the process.
    socket.on("error", (error) => {
      if (!racing.delete(socket)) return;
      firstFailure ??= connectFailure(error, address.address, port);
      if (next < addresses.length) startNext();
      else if (racing.size === 0) reject(firstFailure);
    });
    if (next < addresses.length) delay = setTimeout(startNext, ATTEMPT_DELAY_MS);
  };
  startNext();
  return stop;
}

function connectFailure(error: unknown, address: string, port: number): ProbeError {
  const code = systemCode(error);
  const where = isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
  switch (code) {
    case "ECONNREFUSED":
      return new ProbeError("connect_refused", `nothing accepts connections at ${where}`);
    case "ETIMEDOUT":
      return new ProbeError("connect_timeout", `${where} did not answer`);
    case "ECONNRESET":
    case "EPIPE":
      return new ProbeError("connect_reset", `${where} reset the connection`);
    default:
      return new ProbeError("connect_unreachable", `${where} can't be reached: ${messageOf(error)}`);
  }
}
