/** From our settings to the options that every client of the Kafka library takes. */
import { isIP } from "node:net";
import type { BaseOptions } from "@platformatic/kafka";
import type { KafkaSettings } from "../../contract/connection-settings.ts";
import { tlsOptions } from "./tls.ts";

const CONNECT_TIMEOUT_MS = 5_000;

/** `requestTimeoutMs` bounds one request; a connection attempt, login included, is bounded by 5 s. */
export function clientOptions(settings: KafkaSettings, requestTimeoutMs: number): BaseOptions {
  const { tls, sasl, brokers, clientId } = settings;
  return {
    clientId,
    bootstrapBrokers: [...brokers],
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    timeout: requestTimeoutMs,
    // Trying again is decided here, where a deadline and a signal are at hand, never inside the client.
    retries: 0,
    autocreateTopics: false,
    ...(tls === null ? {} : { tls: tlsOptions(tls) }),
    // A server that serves several names needs to be told which; an address is no name.
    ...(tls === null || brokers.some(isAddress) ? {} : { tlsServerName: true }),
    ...(sasl === null ? {} : { sasl: { ...sasl } }),
  };
}

function isAddress(broker: string): boolean {
  return isIP(broker.replace(/:\d+$/, "").replace(/^\[|\]$/g, "")) !== 0;
}
