// Kafka clusters for tests that break them or that need them set up in their own way.
import { afterAll, afterEach, beforeAll, onTestFinished } from "vitest";
import { type KafkaCluster, type KafkaOptions, startKafka } from "../../harness/kafka/kafka.ts";
import { startTcpProxy, type TcpProxy } from "../../harness/servers/tcp-proxy.ts";

/** Starts a cluster for the running test and stops it at the test's end. */
export async function aKafka(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const kafka = await startKafka(options);
  onTestFinished(kafka.stop);
  return kafka;
}

/**
 * Starts one cluster for all tests of a file. After each test, starts the nodes that the test killed or stopped.
 * Call it once, at the file's top level. @returns the cluster, once the tests run.
 */
export function kafkaOfThisFile(options: KafkaOptions = {}): () => KafkaCluster {
  let kafka: KafkaCluster | undefined;
  beforeAll(async () => {
    kafka = await startKafka(options);
  });
  afterEach(async () => {
    await Promise.all(kafka?.nodes.map((node) => node.start()) ?? []);
  });
  afterAll(() => kafka?.stop());
  return () => started(kafka);
}

export interface ProxiedKafka {
  /** Past the proxy. */
  readonly direct: string;
  readonly brokers: string;
  readonly proxy: TcpProxy;
}

/** Starts one broker behind a proxy for all tests of a file, as `kafkaOfThisFile`, and heals the proxy after each test. */
export function proxiedKafkaOfThisFile(options: KafkaOptions = {}): () => ProxiedKafka {
  let proxy: TcpProxy | undefined;
  const kafka = kafkaOfThisFile({
    ...options,
    async advertise(targetPort) {
      proxy = await startTcpProxy({ targetHost: "localhost", targetPort });
      return proxy.port;
    },
  });
  afterEach(() => proxy?.heal());
  afterAll(() => proxy?.stop());
  return () => ({
    direct: `localhost:${kafka().nodes[0]?.ports.plaintext}`,
    brokers: kafka().brokers,
    proxy: started(proxy),
  });
}

function started<T>(server: T | undefined): T {
  if (server === undefined) throw new Error("the file's Kafka has not started yet");
  return server;
}
