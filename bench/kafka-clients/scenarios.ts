/** The trials that each client goes through, on real brokers started for it. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Admin } from "@platformatic/kafka";
import { type KafkaCluster, type KafkaOptions, startKafka } from "../../test/harness/kafka/kafka.ts";
import { kcat } from "../../test/harness/kafka/kcat.ts";
import { startTcpProxy, type TcpProxy } from "../../test/harness/servers/tcp-proxy.ts";
import { PublishingApp, ReadingApp } from "./applications.ts";
import type { Access, BenchClient, Message } from "./client.ts";
import { judgeTopic, numbered, ordered, type Verdict } from "./observation.ts";
import { sitewire } from "./sitewire.ts";

export interface Scenario {
  readonly title: string;
  readonly consumes?: true;
  /** A proxy stands before the broker. */
  readonly proxied?: true;
  readonly kafka: KafkaOptions;
  readonly run: (client: BenchClient, kafka: KafkaCluster) => Promise<Verdict>;
}

const BATCH = 50;
const ARRIVES_WITHIN_MS = 60_000;

export const scenarios: readonly Scenario[] = [
  {
    title: "broker killed and restarted, three times, while producing",
    kafka: {},
    run: (client, kafka) => produceWhile(client, kafka, plain(kafka), 3_000, () => restart(kafka, 3)),
  },
  {
    title: "broker killed and restarted, three times, while consuming",
    consumes: true,
    kafka: {},
    run: (client, kafka) => consumeWhile(client, kafka, 3_000, () => restart(kafka, 3)),
  },
  {
    title: "three brokers, each killed and restarted in turn, while producing",
    kafka: { nodes: 3, properties: { "min.insync.replicas": "2" } },
    run: (client, kafka) => produceWhile(client, kafka, plain(kafka), 3_000, () => restart(kafka, 1)),
  },
  {
    title: "three brokers, each killed and restarted in turn, while consuming",
    consumes: true,
    kafka: { nodes: 3, properties: { "min.insync.replicas": "2" } },
    run: (client, kafka) => consumeWhile(client, kafka, 3_000, () => restart(kafka, 1)),
  },
  {
    title: "a second consumer joins and leaves, three times",
    consumes: true,
    kafka: {},
    run: joinAndLeave,
  },
  {
    title: "connections idle for longer than the broker keeps them (1 s), eight times",
    kafka: { properties: { "connections.max.idle.ms": "1000" } },
    run: (client, kafka) => produceWithPauses(client, kafka, plain(kafka), Array(8).fill(2_500)),
  },
  { title: "a message of 900 KB, there and back", kafka: {}, run: bigMessage },
  { title: "one record of a hundred is too large for its topic", kafka: {}, run: oneTooLarge },
  { title: "the broker is away: when does a send say so?", kafka: {}, run: brokerAway },
  {
    title: "a request stands still on its way and arrives after its messages were sent again",
    proxied: true,
    kafka: {},
    run: lateRequest,
  },
  { title: "speed: 100,000 messages of 600 bytes written, in sends of 1,000", kafka: {}, run: writeSpeed },
  {
    title: "speed: 200,000 messages of 600 bytes read and counted",
    consumes: true,
    kafka: {},
    run: readSpeed,
  },
  {
    title: "SASL sessions end every 2 s (SCRAM-SHA-512 over TLS), 15 s of steady producing",
    kafka: { properties: { "connections.max.reauth.ms": "2000" } },
    run: (client, kafka) => produceWithPauses(client, kafka, secure(kafka), Array(150).fill(100)),
  },
];

function plain({ brokers }: KafkaCluster): Access {
  return { brokers: brokers.split(","), login: null };
}

function secure({ saslBrokers, authority, users }: KafkaCluster): Access {
  const [user] = users;
  return {
    brokers: saslBrokers.split(","),
    login: {
      ca: authority.certificate,
      username: user?.username ?? "",
      password: user?.password ?? "",
    },
  };
}

async function restart({ nodes }: KafkaCluster, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const node of nodes) {
      await node.kill();
      await node.start();
    }
  }
}

async function aTopic(kafka: KafkaCluster): Promise<string> {
  const topic = `trial-${randomUUID()}`;
  const admin = new Admin({ clientId: "bench", bootstrapBrokers: kafka.brokers.split(",") });
  await admin.createTopics({ topics: [topic], partitions: 6, replicas: kafka.nodes.length });
  await admin.close();
  return topic;
}

/** Read by kcat, a third client. */
async function valuesIn(kafka: KafkaCluster, topic: string): Promise<readonly number[]> {
  const text = await kcat(["-b", kafka.brokers, "-t", topic, "-C", "-e", "-q", "-f", "%s\\n"]);
  return text.split("\n").filter(Boolean).map(Number);
}

async function produceWhile(
  client: BenchClient,
  kafka: KafkaCluster,
  access: Access,
  count: number,
  disturb: () => Promise<void>,
): Promise<Verdict> {
  const topic = await aTopic(kafka);
  const app = await PublishingApp.start(client, access);
  const disturbing = disturb();
  let next = 0;
  let disturbed = false;
  void disturbing.then(() => {
    disturbed = true;
  });
  while (next < count || !disturbed) {
    await app.publish(topic, numbered(BATCH, next));
    next += BATCH;
    await sleep(20);
  }
  await disturbing;
  await app.close();
  const values = await valuesIn(kafka, topic);
  const { good, text } = judgeTopic(values, ordered(values), next);
  return { good: good && app.hangs === 0, text: `${text}; ${app.story}` };
}

async function consumeWhile(
  client: BenchClient,
  kafka: KafkaCluster,
  count: number,
  disturb: () => Promise<void>,
): Promise<Verdict> {
  const topic = await aTopic(kafka);
  const producer = await PublishingApp.start(sitewire, plain(kafka));
  const reader = new ReadingApp(client, plain(kafka), { groupId: randomUUID(), topic });
  let disturbed = false;
  const disturbing = disturb().then(() => {
    disturbed = true;
  });
  let next = 0;
  while (next < count || !disturbed) {
    await producer.publish(topic, numbered(BATCH, next));
    next += BATCH;
    await sleep(20);
  }
  await disturbing;
  return await received(reader, next, async () => {
    await producer.close();
    await reader.close();
  });
}

async function joinAndLeave(client: BenchClient, kafka: KafkaCluster): Promise<Verdict> {
  const topic = await aTopic(kafka);
  const groupId = randomUUID();
  const producer = await PublishingApp.start(sitewire, plain(kafka));
  const first = new ReadingApp(client, plain(kafka), { groupId, topic });
  let next = 0;
  const produceFor = async (durationMs: number): Promise<void> => {
    const untilMs = performance.now() + durationMs;
    while (performance.now() < untilMs) {
      await producer.publish(topic, numbered(BATCH, next));
      next += BATCH;
      await sleep(50);
    }
  };
  await produceFor(4_000);
  for (let round = 0; round < 3; round += 1) {
    const second = new ReadingApp(client, plain(kafka), { groupId, topic }, first.reception);
    await produceFor(4_000);
    await second.close();
    await produceFor(2_000);
  }
  return await received(first, next, async () => {
    await producer.close();
    await first.close();
  });
}

async function received(app: ReadingApp, count: number, end: () => Promise<void>): Promise<Verdict> {
  const { reception } = app;
  const untilMs = performance.now() + ARRIVES_WITHIN_MS;
  while (reception.distinct < count && performance.now() < untilMs) await sleep(100);
  await end();
  const { good, text } = judgeTopic(reception.values, true, count);
  for (const reason of app.reasons) process.stderr.write(`  gave up: ${reason.slice(0, 300)}\n`);
  const story = [text, reception.longestSilence, app.story].filter(Boolean).join("; ");
  return { good: good && app.reasons.length === 0, text: story };
}

async function produceWithPauses(
  client: BenchClient,
  kafka: KafkaCluster,
  access: Access,
  pausesMs: readonly number[],
): Promise<Verdict> {
  const topic = await aTopic(kafka);
  const app = await PublishingApp.start(client, access);
  for (const [index, pauseMs] of pausesMs.entries()) {
    await app.publish(topic, numbered(BATCH, index * BATCH));
    await sleep(pauseMs);
  }
  await app.close();
  const values = await valuesIn(kafka, topic);
  const { good, text } = judgeTopic(values, ordered(values), pausesMs.length * BATCH);
  return { good: good && app.failures === 0 && app.hangs === 0, text: `${text}; ${app.story}` };
}

async function bigMessage(client: BenchClient, kafka: KafkaCluster): Promise<Verdict> {
  const topic = await aTopic(kafka);
  const app = await PublishingApp.start(client, plain(kafka));
  const value = "7".repeat(900_000);
  await app.publish(topic, [{ key: "big", value }]);
  await app.close();
  const arrived = Promise.withResolvers<number>();
  const consumer = await client.startConsumer(plain(kafka), { groupId: randomUUID(), topic }, (message) =>
    arrived.resolve(message.value.length),
  );
  const length = await Promise.race([arrived.promise, sleep(ARRIVES_WITHIN_MS, 0, { ref: false })]);
  await consumer.close();
  return length === value.length
    ? { good: app.failures === 0, text: `whole; ${app.story}` }
    : { good: false, text: "**not received**" };
}

async function oneTooLarge(client: BenchClient, kafka: KafkaCluster): Promise<Verdict> {
  const topic = await aTopic(kafka);
  const producer = await client.startProducer(plain(kafka));
  const messages = numbered(100, 0).map((message, index) =>
    index === 50 ? { ...message, value: "5".repeat(2_000_000) } : message,
  );
  const answer = await Promise.race([
    producer.send(topic, messages).then(
      () => "says nothing of it",
      (error: unknown) => (String(error).includes("acknowledged") ? "names the one" : "rejects the whole"),
    ),
    sleep(30_000, "**no answer in 30 s**", { ref: false }),
  ]);
  void producer.close();
  const written = (await valuesIn(kafka, topic)).length;
  return { good: answer === "names the one" && written === 99, text: `${answer}; ${written} of 99 written` };
}

const WRITTEN = 100_000;
const SEND_OF = 1_000;

function messagesOf600Bytes(): readonly Message[] {
  const value = "x".repeat(600);
  return Array.from({ length: SEND_OF }, (_, index) => ({ key: `key-${index}`, value }));
}

async function writeSpeed(client: BenchClient, kafka: KafkaCluster): Promise<Verdict> {
  const topic = await aTopic(kafka);
  const producer = await client.startProducer(plain(kafka));
  const messages = messagesOf600Bytes();
  for (let warmUp = 0; warmUp < 5; warmUp += 1) await producer.send(topic, messages);
  const watch = startWatch();
  for (let count = 0; count < WRITTEN; count += SEND_OF) await producer.send(topic, messages);
  const text = watch(WRITTEN);
  await producer.close();
  return { good: true, text };
}

async function readSpeed(client: BenchClient, kafka: KafkaCluster): Promise<Verdict> {
  const topic = await aTopic(kafka);
  const producer = await sitewire.startProducer(plain(kafka));
  const messages = messagesOf600Bytes();
  for (let count = 0; count < 2 * WRITTEN; count += SEND_OF) await producer.send(topic, messages);
  await producer.close();
  const all = Promise.withResolvers<void>();
  let count = 0;
  const watch = startWatch();
  const consumer = await client.startConsumer(plain(kafka), { groupId: randomUUID(), topic }, () => {
    count += 1;
    if (count === 2 * WRITTEN) all.resolve();
  });
  await all.promise;
  const text = watch(2 * WRITTEN);
  await consumer.close();
  return { good: true, text };
}

/** Processor time is this process's alone, the client's threads included. */
function startWatch(): (count: number) => string {
  const startedAtMs = performance.now();
  const before = process.cpuUsage();
  return (count) => {
    const seconds = (performance.now() - startedAtMs) / 1000;
    const { user, system } = process.cpuUsage(before);
    const inThousands = (figure: number): string => `${Math.round(figure / 1000)},000`;
    const perCpuSecond = inThousands(count / ((user + system) / 1_000_000));
    return `${inThousands(count / seconds)} a second, ${perCpuSecond} a CPU second`;
  };
}

async function brokerAway(client: BenchClient, kafka: KafkaCluster): Promise<Verdict> {
  const topic = await aTopic(kafka);
  const producer = await client.startProducer(plain(kafka));
  await producer.send(topic, numbered(1, 0));
  await kafka.nodes[0]?.kill();
  const startedAtMs = performance.now();
  const answer = await Promise.race([
    producer.send(topic, numbered(1, 1)).then(
      () => "acknowledged?",
      (error: unknown) => String(error),
    ),
    sleep(40_000, null, { ref: false }),
  ]);
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  void producer.close();
  if (answer === null) return { good: false, text: "**not within 40 s**" };
  return { good: true, text: `after ${seconds} s: "${answer.replaceAll("|", "/").slice(0, 90)}"` };
}

async function lateRequest(client: BenchClient, kafka: KafkaCluster): Promise<Verdict> {
  const topic = await aTopic(kafka);
  const [node] = kafka.nodes;
  const proxy = proxyBefore(node?.ports.plaintext);
  const app = await PublishingApp.start(client, { brokers: [proxy.address], login: null });
  await app.publish(topic, [{ key: "key", value: "0" }]);
  proxy.stall();
  const stalled = app.publish(topic, [{ key: "key", value: "10" }]);
  // Longer than any of the clients waits for an answer.
  await sleep(32_000);
  proxy.strand();
  await stalled;
  await app.publish(topic, [{ key: "key", value: "20" }]);
  proxy.heal();
  await sleep(1_000);
  await app.publish(topic, [{ key: "key", value: "30" }]);
  await app.close();
  const values = await valuesIn(kafka, topic);
  const good = values.join() === "0,10,20,30";
  return { good, text: `${good ? "once, in order" : `**log holds ${values.join(", ")}**`}; ${app.story}` };
}

/** Runs one scenario on brokers of its own. What a client throws is its verdict. */
export async function runScenario(scenario: Scenario, client: BenchClient): Promise<Verdict> {
  const { kafka: options, proxied, run } = scenario;
  const kafka = await startKafka({ ...options, ...(proxied ? { advertise } : {}) });
  try {
    return await run(client, kafka);
  } catch (error) {
    return { good: false, text: `**failed**: ${String(error).slice(0, 200)}` };
  } finally {
    await kafka.stop();
    await Promise.all([...proxies.values()].map((proxy) => proxy.stop()));
  }
}

const proxies = new Map<number, TcpProxy>();

async function advertise(targetPort: number): Promise<number> {
  const proxy = await startTcpProxy({ targetHost: "localhost", targetPort });
  proxies.set(targetPort, proxy);
  return proxy.port;
}

function proxyBefore(port: number | undefined): TcpProxy {
  const proxy = proxies.get(port ?? 0);
  if (proxy === undefined) throw new Error("no proxy stands before that broker");
  return proxy;
}
