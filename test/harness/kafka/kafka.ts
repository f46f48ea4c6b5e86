// A real Apache Kafka (KRaft) for tests: one broker or three, each its own Java process, listening in plain text, over
// TLS with SASL (PLAIN, SCRAM), and over TLS with client certificates.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type CertificateAuthority, createCertificateAuthority, type KeyPairPem } from "../certificates.ts";
import { freePorts } from "../free-ports.ts";
import type { ServerProcess } from "../server-process.ts";
import { removeFolder, temporaryFolder } from "../temporary-folder.ts";
import { ensureClassArchive } from "./kafka-class-archive.ts";
import { kafkaJars } from "./kafka-jars.ts";
import { formatStorage, runBroker } from "./kafka-java.ts";
import { type KafkaPorts, type KafkaUser, writeNodeProperties } from "./kafka-properties.ts";

export interface KafkaOptions {
  /** Three replicate every topic, the internal ones included, three times. Default 1. */
  readonly nodes?: 1 | 3;
  /** Who may log in with SASL, by PLAIN and by SCRAM alike. Default: one user, `sitewire`. */
  readonly users?: readonly KafkaUser[];
  /**
   * True: nobody may do anything without an ACL, except those who come in plain text (the administrator's door).
   * Principals are `User:<username>` for SASL and `User:CN=<common name>` for client certificates.
   */
  readonly authorizer?: boolean;
  /**
   * Says through which port of this machine clients come to a node's plain-text port, such as a proxy's. Brokers come
   * to each other the same way. Without it they come straight.
   */
  readonly advertise?: (plaintextPort: number) => Promise<number>;
  /** Further broker properties, such as `connections.max.idle.ms`; they win over the harness's own. */
  readonly properties?: Readonly<Record<string, string>>;
}

interface KafkaNode {
  readonly id: number;
  /** `host:port` of the plain-text listener. */
  readonly address: string;
  readonly ports: KafkaPorts;
  /** Leaves in good order. */
  stop(): Promise<void>;
  /** SIGKILL: as if its machine had lost power. */
  kill(): Promise<void>;
  /** Starts again on the same ports and data; does nothing while it runs. */
  start(): Promise<void>;
  outputTail(): string;
}

export interface KafkaCluster {
  /** Comma-separated `host:port`, plain text, as advertised. */
  readonly brokers: string;
  /** The same, TLS and SASL PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512. */
  readonly saslBrokers: string;
  /** The same, TLS and a client certificate of `authority`. */
  readonly mutualTlsBrokers: string;
  readonly users: readonly KafkaUser[];
  /** Signed the brokers' certificates; its `certificate` is what `KAFKA_CA` takes. */
  readonly authority: CertificateAuthority;
  /** A client certificate with the common name `sitewire`. */
  readonly client: KeyPairPem;
  readonly nodes: readonly KafkaNode[];
  /** Ends every node at once and deletes the data. */
  stop(): Promise<void>;
}

const host = "localhost";

/** Starts a cluster and waits until it serves (about 1.5 s). @throws with the broker's last words when it does not. */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const count = options.nodes ?? 1;
  const users = options.users ?? [{ username: "sitewire", password: "sitewire-secret" }];
  const jars = await kafkaJars();
  const [authority, folder, ports] = await Promise.all([
    createCertificateAuthority(),
    temporaryFolder("kafka"),
    portsFor(count),
  ]);
  await ensureClassArchive(jars);
  const advertisedPorts = await Promise.all(
    ports.map(({ plaintext }) => options.advertise?.(plaintext) ?? plaintext),
  );
  const client = await authority.issue({ commonName: "sitewire" });
  const server = await authority.issue({ commonName: host });

  const nodes = await Promise.all(
    ports.map(async (own, index) => {
      const nodeFolder = path.join(folder, `node-${index + 1}`);
      await mkdir(nodeFolder);
      const file = await writeNodeProperties({
        nodeId: index + 1,
        host,
        folder: nodeFolder,
        ports: own,
        advertisedPort: advertisedPorts[index] ?? own.plaintext,
        controllerPorts: ports.map(({ controller }) => controller),
        users,
        server,
        trusted: authority.certificate,
        authorizer: options.authorizer ?? false,
        properties: options.properties ?? {},
      });
      await formatStorage(jars, file, users);
      return aNode(index + 1, own, () => runBroker(jars, file, index + 1));
    }),
  );
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.kill()));
    await removeFolder(folder);
  };
  const started = await Promise.allSettled(nodes.map((node) => node.start()));
  const failed = started.find((outcome) => outcome.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const addresses = (pick: (ports: KafkaPorts) => number) =>
    ports.map((own) => `${host}:${pick(own)}`).join(",");
  return {
    brokers: advertisedPorts.map((port) => `${host}:${port}`).join(","),
    saslBrokers: addresses((own) => own.sasl),
    mutualTlsBrokers: addresses((own) => own.mutualTls),
    users,
    authority,
    client,
    nodes,
    stop,
  };
}

function aNode(id: number, ports: KafkaPorts, run: () => Promise<ServerProcess>): KafkaNode {
  let running: ServerProcess | undefined;
  let latest: ServerProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    await running?.end(signal);
    running = undefined;
  };
  return {
    id,
    address: `${host}:${ports.plaintext}`,
    ports,
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    start: async () => {
      if (running !== undefined) return;
      running = await run();
      latest = running;
    },
    outputTail: () => latest?.outputTail() ?? "",
  };
}

async function portsFor(nodes: number): Promise<KafkaPorts[]> {
  const ports = await freePorts(nodes * 4);
  return Array.from({ length: nodes }, (_, index) => {
    const [plaintext = 0, sasl = 0, mutualTls = 0, controller = 0] = ports.slice(index * 4, index * 4 + 4);
    return { plaintext, sasl, mutualTls, controller };
  });
}
