// Kafka of a test's own, for tests that break it or want it set up in their way.
import { onTestFinished } from "vitest";
import { type KafkaCluster, type KafkaOptions, startKafka } from "../../harness/kafka/kafka.ts";
import { startTcpProxy, type TcpProxy } from "../../harness/servers/tcp-proxy.ts";

/** A broker, or three, of this test's own, stopped at its end. */
export async function aKafka(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const kafka = await startKafka(options);
  onTestFinished(kafka.stop);
  return kafka;
}

export interface ProxiedKafka {
  readonly kafka: KafkaCluster;
  /** Past the proxy. */
  readonly direct: string;
  readonly brokers: string;
  readonly proxy: TcpProxy;
}

/** One broker, to which its clients come through a proxy. */
export async function aKafkaBehindAProxy(options: KafkaOptions = {}): Promise<ProxiedKafka> {
  const proxies: TcpProxy[] = [];
  const kafka = await aKafka({
    ...options,
    async advertise(targetPort) {
      const proxy = await startTcpProxy({ targetHost: "localhost", targetPort });
      proxies.push(proxy);
      return proxy.port;
    },
  });
  const [proxy] = proxies;
  if (proxy === undefined) throw new Error("the harness asked for no proxy");
  onTestFinished(() => proxy.stop());
  const port = kafka.nodes[0]?.ports.plaintext;
  return { kafka, direct: `localhost:${port}`, brokers: kafka.brokers, proxy };
}
