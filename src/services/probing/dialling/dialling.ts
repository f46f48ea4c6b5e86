/**
 * A TCP connection to a host: resolve, judge every address by the target policy, then race what is allowed.
 *
 * The connection is made to the very address that was judged, so what the name resolves to a moment later changes
 * nothing.
 */
import { isIP, type Socket } from "node:net";
import type { Trace } from "../../../core/checking/trace.ts";
import type { Attempt } from "../attempt/attempt.ts";
import { messageOf, ProbeError, systemCode } from "../probe-error.ts";
import type { Connection } from "./connection.ts";
import type { IpVersion, NameResolver, ResolvedAddress } from "./name-resolver.ts";
import type { TargetGuard } from "./target-guard.ts";

export interface Destination {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface Dialling {
  readonly resolver: NameResolver;
  readonly guard: TargetGuard;
  readonly ipVersion: IpVersion;
  /** Where to connect in place of a destination. */
  readonly instead: (to: Destination) => Destination;
}

/** Begins a connection to an address. */
export type Dial<Kind extends Socket> = (address: string, port: number) => Connection<Kind>;

/** RFC 8305, section 5: how long a connection attempt runs alone before the next address is tried too. */
const ATTEMPT_DELAY_MS = 250;

/** Rejects with a `ProbeError`: dns_*, target_blocked or connect_*. */
export async function openConnection<Kind extends Socket>(
  to: Destination,
  by: Dialling,
  dial: Dial<Kind>,
  attempt: Attempt,
): Promise<Connection<Kind>> {
  const addresses = literalAddress(to.host, by.guard) ?? (await allowedAddresses(to.host, by, attempt));
  attempt.enter("connect");
  return await attempt.step<Connection<Kind>>((resolve, reject) => {
    const race = new ConnectionRace(addresses, (address) => dial(address, to.port), {
      won: resolve,
      lost: reject,
      trace: attempt.trace,
    });
    return () => race.stop();
  });
}

/** The addresses of a host that may be connected to; at least one. Rejects with dns_* or target_blocked. */
export async function allowedAddresses(
  host: string,
  { resolver, guard, ipVersion }: Dialling,
  attempt: Attempt,
): Promise<readonly ResolvedAddress[]> {
  const literal = literalAddress(host, guard);
  if (literal !== null) return literal;
  attempt.enter("dns");
  const resolved = await attempt.step<readonly ResolvedAddress[]>((resolve, reject) => {
    resolver.resolve(host, ipVersion).then(resolve, reject);
    return () => {};
  });
  attempt.trace({ kind: "resolved", host, addresses: resolved.map(({ address }) => address) });
  return allowed(host, resolved, guard);
}

/** Null where the host is a name. Throws `ProbeError` (target_blocked). */
function literalAddress(host: string, guard: TargetGuard): readonly ResolvedAddress[] | null {
  const family = isIP(host);
  return family === 4 || family === 6 ? allowed(host, [{ address: host, family }], guard) : null;
}

function allowed(
  host: string,
  addresses: readonly ResolvedAddress[],
  guard: TargetGuard,
): readonly ResolvedAddress[] {
  const passing = addresses.filter(({ address }) => guard.allows(address));
  if (passing.length > 0) return passing;
  const [first] = addresses;
  if (first === undefined) throw new ProbeError("dns_not_found", `${host} has no address`);
  const subject = first.address === host ? host : `${host} is ${first.address}, which`;
  throw new ProbeError("target_blocked", `${subject} ${guard.objectionTo(first.address)}`);
}

interface RaceOutcome<Kind extends Socket> {
  readonly won: (connection: Connection<Kind>) => void;
  readonly lost: (error: ProbeError) => void;
  readonly trace: Trace;
}

/**
 * Happy Eyeballs (RFC 8305): starts the next address when the one before has failed or taken too long, and takes the
 * first that connects.
 */
class ConnectionRace<Kind extends Socket> {
  readonly #addresses: readonly ResolvedAddress[];
  readonly #dial: (address: string) => Connection<Kind>;
  readonly #outcome: RaceOutcome<Kind>;
  readonly #racing = new Set<Connection<Kind>>();
  #firstFailure: ProbeError | null = null;
  #next = 0;
  #delay: NodeJS.Timeout | undefined;

  constructor(
    addresses: readonly ResolvedAddress[],
    dial: (address: string) => Connection<Kind>,
    outcome: RaceOutcome<Kind>,
  ) {
    this.#addresses = addresses;
    this.#dial = dial;
    this.#outcome = outcome;
    this.#startNext();
  }

  stop(): void {
    clearTimeout(this.#delay);
    for (const connection of this.#racing) connection.close();
    this.#racing.clear();
  }

  #startNext(): void {
    clearTimeout(this.#delay);
    const address = this.#addresses[this.#next];
    if (address === undefined) return;
    this.#next += 1;
    const connection = this.#dial(address.address);
    this.#racing.add(connection);
    this.#outcome.trace({ kind: "connecting", where: connection.where });
    connection.socket.once("connect", () => {
      if (!this.#racing.delete(connection)) return;
      this.stop();
      this.#outcome.trace({ kind: "connected", where: connection.where });
      this.#outcome.won(connection);
    });
    connection.socket.once("error", (error) => this.#failed(connection, error));
    if (this.#next < this.#addresses.length) {
      this.#delay = setTimeout(() => this.#startNext(), ATTEMPT_DELAY_MS);
    }
  }

  #failed(connection: Connection<Kind>, error: Error): void {
    if (!this.#racing.delete(connection)) return;
    const failure = connectFailure(error, connection.where);
    this.#outcome.trace({ kind: "connectFailed", where: connection.where, reason: failure.message });
    this.#firstFailure ??= failure;
    if (this.#next < this.#addresses.length) this.#startNext();
    else if (this.#racing.size === 0) this.#outcome.lost(this.#firstFailure);
  }
}

function connectFailure(error: unknown, where: string): ProbeError {
  const code = systemCode(error);
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
