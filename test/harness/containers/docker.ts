// Kafka and PostgreSQL from container images, for systems whose packages we cannot install.

import { eventually } from "../eventually.ts";
import { freePorts } from "../free-ports.ts";
import { databasesOn } from "../postgres/postgres-database.ts";
import { docker } from "./docker-client.ts";

const startTimeoutMs = 180_000;

export async function hasDocker(): Promise<boolean> {
  try {
    const { stdout } = await docker(["info", "--format", "{{.ServerVersion}}"], { timeoutMs: 15_000 });
    return stdout.trim() !== "";
  } catch {
    return false;
  }
}

/** One broker, plain text only. */
export async function startKafkaContainer(): Promise<{ brokers: string; stop(): Promise<void> }> {
  const [port = 0] = await freePorts(1);
  const environment = {
    KAFKA_NODE_ID: "1",
    KAFKA_PROCESS_ROLES: "broker,controller",
    KAFKA_CONTROLLER_QUORUM_VOTERS: "1@localhost:9093",
    KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
    KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://localhost:${port}`,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1",
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1",
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
  };
  const container = await startContainer("apache/kafka:4.1.1", [`127.0.0.1:${port}:${port}`], environment);
  await untilUp("Kafka's container serves", container, async () => {
    const { stdout } = await docker(["logs", container.id]);
    return stdout.includes("Kafka Server started");
  });
  return { brokers: `localhost:${port}`, stop: container.stop };
}

export async function startPostgresContainer(): Promise<{ url: string; stop(): Promise<void> }> {
  const [port = 0] = await freePorts(1);
  const url = `postgres://postgres:postgres-secret@127.0.0.1:${port}/postgres`;
  const container = await startContainer("postgres:17", [`127.0.0.1:${port}:5432`], {
    POSTGRES_PASSWORD: "postgres-secret",
  });
  await untilUp("PostgreSQL's container serves", container, async () => {
    const database = await databasesOn(url).createDatabase();
    await database.drop();
    return true;
  });
  return { url, stop: container.stop };
}

interface Container {
  readonly id: string;
  stop(): Promise<void>;
}

async function startContainer(
  image: string,
  ports: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Container> {
  const { stdout } = await docker(
    [
      "run",
      "--detach",
      "--rm",
      ...ports.flatMap((port) => ["--publish", port]),
      ...Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      image,
    ],
    { timeoutMs: startTimeoutMs },
  );
  const id = stdout.trim();
  return {
    id,
    stop: async () => {
      await docker(["rm", "--force", "--volumes", id]);
    },
  };
}

async function untilUp(what: string, container: Container, attempt: () => Promise<boolean>): Promise<void> {
  try {
    await eventually(what, attempt, { timeoutMs: startTimeoutMs, intervalMs: 500 });
  } catch (error) {
    await container.stop();
    throw error;
  }
}
