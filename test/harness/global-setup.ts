// Once a run of the integration tests: one Kafka broker and one PostgreSQL server, from the environment's KAFKA_BROKERS
// and DATABASE_URL, else PostgreSQL from npm and Kafka on the system's Java (installed where that is possible), else
// from a Docker engine.
import type { TestProject } from "vitest/node";
import { ensureDashboardBuilt } from "./browser/dashboard-build.ts";
import { hasDocker, startKafkaContainer, startPostgresContainer } from "./containers/docker.ts";
import { startKafka } from "./kafka/kafka.ts";
import { startPostgres } from "./postgres/postgres.ts";
import { whyNoPackagedPostgres } from "./postgres/postgres-installation.ts";
import type { Shared, SharedKafka } from "./shared.ts";
import { ensureSystemPackages, howToInstall, type SystemPackageName } from "./system-packages.ts";

type Stop = () => Promise<void>;

export default async function setUp(project: TestProject): Promise<Stop> {
  const given = { brokers: process.env.KAFKA_BROKERS, databaseUrl: process.env.DATABASE_URL };
  const needed: SystemPackageName[] = [...(given.brokers ? [] : (["java", "maven"] as const)), "kcat"];
  const missing = await ensureSystemPackages(needed);
  const stops: Stop[] = [];
  const stopAll = async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  };
  try {
    const [kafka, postgres] = await Promise.all([
      shareKafka(given.brokers, missing, stops),
      sharePostgres(given.databaseUrl, stops),
      ensureDashboardBuilt(),
    ]);
    project.provide("sharedKafka", kafka);
    project.provide("sharedPostgres", postgres);
  } catch (error) {
    await stopAll();
    throw error;
  }
  return stopAll;
}

async function shareKafka(
  brokers: string | undefined,
  missing: ReadonlyMap<SystemPackageName, string>,
  stops: Stop[],
): Promise<Shared<SharedKafka>> {
  if (brokers) return { running: { brokers } };
  if (!missing.has("java") && !missing.has("maven")) {
    const kafka = await startKafka();
    stops.push(kafka.stop);
    const [user] = kafka.users;
    return {
      running: {
        brokers: kafka.brokers,
        secure: {
          saslBrokers: kafka.saslBrokers,
          username: user?.username ?? "",
          password: user?.password ?? "",
          mutualTlsBrokers: kafka.mutualTlsBrokers,
          authority: kafka.authority.certificate,
          clientCertificate: kafka.client.certificate,
          clientKey: kafka.client.key,
        },
      },
    };
  }
  if (await hasDocker()) {
    const kafka = await startKafkaContainer();
    stops.push(kafka.stop);
    return { running: { brokers: kafka.brokers } };
  }
  return {
    unavailable: `no Kafka: ${howToInstall(["java", "maven"])}, or start Docker, or set KAFKA_BROKERS`,
  };
}

async function sharePostgres(url: string | undefined, stops: Stop[]): Promise<Shared<{ url: string }>> {
  if (url) return { running: { url } };
  const reason = whyNoPackagedPostgres();
  if (reason === null) {
    const postgres = await startPostgres();
    stops.push(postgres.stop);
    return { running: { url: postgres.url } };
  }
  if (await hasDocker()) {
    const postgres = await startPostgresContainer();
    stops.push(postgres.stop);
    return { running: { url: postgres.url } };
  }
  return {
    unavailable: `no PostgreSQL: ${reason}, or start Docker`,
  };
}
