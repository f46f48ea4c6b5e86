// The harness's way out where Java or PostgreSQL can't be had: Kafka and PostgreSQL from images, with the pipeline on them.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startKafkaContainer, startPostgresContainer } from "../harness/containers/docker.ts";
import { aDeployment } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { kcat } from "../harness/kafka/kcat.ts";
import { aWebsite, type Website } from "../harness/servers/website.ts";
import { useEngine } from "./engine.ts";

let kafka: Awaited<ReturnType<typeof startKafkaContainer>>;
let postgres: Awaited<ReturnType<typeof startPostgresContainer>>;
let website: Website;

beforeAll(async () => {
  await useEngine();
  [kafka, postgres, website] = await Promise.all([
    startKafkaContainer(),
    startPostgresContainer(),
    aWebsite(),
  ]);
});

afterAll(async () => {
  await Promise.all([kafka.stop(), postgres.stop(), website.goAway()]);
});

test("Kafka and PostgreSQL from containers serve the tests as the installed ones do", async () => {
  const deployment = await aDeployment({ brokers: kafka.brokers, databaseUrl: postgres.url });
  try {
    expect(await deployment.run("migrate")).toMatchObject({ code: 0 });
    const up = deployment.start("up", website.url, "--every", "1s");
    await up.line(/"verdict":"up"/, 60_000);
    const read = () => kcat(["-b", kafka.brokers, "-t", deployment.topics.checks, "-C", "-c1", "-q"]);
    const published = await eventually("a result is in the topic", read, { timeoutMs: 60_000 });
    expect(published).toContain(website.url);
    expect((await up.stop()).code).toBe(0);
  } finally {
    await deployment.remove();
  }
});
