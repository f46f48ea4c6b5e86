/** One Kafka cluster: the options of its clients, and the meaning of their failures. */
import { isIP } from "node:net";
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import { UnavailableError } from "../../../core/failures.ts";
import { withoutBrackets } from "../../network/host-name.ts";
import type { Base, BaseOptions } from "../client-adapters/client.ts";
import { saysOnlyThatItWasClosed } from "../client-adapters/client-errors.ts";
import { observeConnections } from "../client-adapters/connections.ts";
import { tlsOptions } from "../client-adapters/tls-options.ts";
import { type Diagnosis, diagnose } from "./failures.ts";
import type { Subject } from "./known-causes.ts";

const CONNECT_TIMEOUT_MS = 5_000;

export class Cluster {
  readonly settings: KafkaSettings;
  readonly #access: Pick<BaseOptions, "tls" | "tlsServerName" | "sasl">;
  #lastConnectionError: Error | null = null;

  /** Throws `UsageError` for certificates that can't be used. */
  constructor(settings: KafkaSettings) {
    this.settings = settings;
    const { tls, sasl, brokers } = settings;
    this.#access = {
      ...(tls === null ? {} : { tls: tlsOptions(tls) }),
      // TLS server name indication takes a host name, not an address (RFC 6066, 3).
      ...(tls === null || brokers.some(isAddress) ? {} : { tlsServerName: true }),
      ...(sasl === null ? {} : { sasl: { ...sasl } }),
    };
  }

  /** `requestTimeoutMs` bounds one request; a connection attempt, login included, is bounded by 5 s. */
  clientOptions(requestTimeoutMs: number): BaseOptions {
    return {
      clientId: this.settings.clientId,
      bootstrapBrokers: [...this.settings.brokers],
      connectTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      timeout: requestTimeoutMs,
      // The callers retry, since they have a deadline and a signal; the client has neither.
      retries: 0,
      autocreateTopics: false,
      ...this.#access,
    };
  }

  /**
   * Remembers what ended the client's connections: its requests learn only that they were closed, as when a broker
   * refuses a client certificate after a TLS 1.3 handshake.
   */
  watched<C extends Pick<Base, "on">>(client: C): C {
    observeConnections(client, {
      onConnected: () => {
        this.#lastConnectionError = null;
      },
      onFailed: (place, cause) => {
        this.#lastConnectionError = new Error(`Connection to ${place} failed.`, { cause });
      },
    });
    return client;
  }

  /** Turns any error of a client into an `UnavailableError` of one line; returns an `UnavailableError` unchanged. */
  unavailable(error: unknown, subject: Subject = {}): UnavailableError {
    if (error instanceof UnavailableError) return error;
    const { where, cause, fix } = this.diagnose(error, subject);
    return new UnavailableError(`Kafka at ${where}: ${cause}; ${fix}`, { cause: error, outage: "Kafka" });
  }

  diagnose(error: unknown, subject: Subject = {}): Diagnosis {
    const told = saysOnlyThatItWasClosed(error) ? this.#lastConnectionError : null;
    return diagnose(told ?? error, this.settings, subject);
  }
}

function isAddress(broker: string): boolean {
  return isIP(withoutBrackets(broker.replace(/:\d+$/, ""))) !== 0;
}
