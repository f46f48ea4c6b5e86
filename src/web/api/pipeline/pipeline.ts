/** `/api/v1/pipeline`: the pipeline as it is now. */
import { PipelineReading } from "../../../apps/operations/pipeline/pipeline.ts";
import { configuredKafka, consumedTopics, consumerLag } from "../../../apps/wiring/event-log/event-log.ts";
import { withEventLog } from "../../../apps/wiring/event-log/opening-event-log.ts";
import { pipelineSchema } from "../../../contract/api/pipeline/pipeline.ts";
import type { RouteGroup } from "../api-server.ts";

export const pipelineRoutes: RouteGroup = (server, resources) => {
  const { context, database, description, clock, configuration } = resources;
  const kafka = configuredKafka(context);
  const reading = new PipelineReading({
    counting: database.pipelineCounting,
    queue: database.outboxQueue({ afterParked: configuration.outbox.afterParked }),
    leaseMs: database.leaseMs,
    database: description,
    log: {
      kind: kafka === null ? "embedded" : "kafka",
      description: kafka === null ? "event log in the database" : `Kafka at ${kafka.brokers.join(", ")}`,
      topics: consumedTopics(context),
      lag: consumerLag(context, database),
      countDeadLetters: (count) => withEventLog(context, { database }, count),
    },
    clock,
  });
  server.get(
    "/api/v1/pipeline",
    {
      config: { right: "read" },
      schema: {
        summary: "Read monitors, outbox, relay, event log, consumer and database as they are now",
        description: "Read at most once a second, whoever asks; dead letters at most every 15 seconds.",
        tags: ["pipeline"],
        response: { 200: pipelineSchema },
      },
    },
    async () => await reading.current(),
  );
};
