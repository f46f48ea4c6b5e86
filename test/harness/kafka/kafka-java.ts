// The two Java programs that make a Kafka node: the one that formats its storage, and the broker itself.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { type ServerProcess, startServerProcess } from "../server-process.ts";
import type { KafkaJars } from "./kafka-jars.ts";
import type { KafkaUser } from "./kafka-properties.ts";

const clusterId = "c2l0ZXdpcmUtdGVzdC1raw";
const formatTimeoutMs = 60_000;

// Tuned for the start, not for the long run: no optimising compiler, no parallel collector, classes mapped from an
// archive (kafka-class-archive.ts).
function javaArguments(jars: KafkaJars, sharing = [`-XX:SharedArchiveFile=${classArchive(jars)}`]): string[] {
  return [
    "-Xms128m",
    "-Xmx512m",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Xshare:auto",
    ...sharing,
    "-Xlog:disable",
    "-Xlog:all=error:stderr",
    `-Dlog4j2.configurationFile=${path.join(import.meta.dirname, "log4j2.properties")}`,
    "-cp",
    jars.classpath,
  ];
}

export function classArchive(jars: KafkaJars): string {
  return path.join(jars.folder, "classes.jsa");
}

/** Prepares the data folder that the properties file names, with the users' SCRAM credentials in it. */
export async function formatStorage(
  jars: KafkaJars,
  propertiesFile: string,
  users: readonly KafkaUser[],
): Promise<void> {
  const credentials = users.flatMap(({ username, password }) =>
    ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
      "--add-scram",
      `${mechanism}=[name=${username},password=${password}]`,
    ]),
  );
  await promisify(execFile)(
    "java",
    [
      ...javaArguments(jars),
      "kafka.tools.StorageTool",
      "format",
      "--cluster-id",
      clusterId,
      "--config",
      propertiesFile,
      ...credentials,
    ],
    { timeout: formatTimeoutMs },
  );
}

/** @param sharing replaces the option that names the class-data archive. */
export function runBroker(
  jars: KafkaJars,
  propertiesFile: string,
  nodeId: number,
  sharing?: string[],
): Promise<ServerProcess> {
  return startServerProcess({
    name: `Kafka node ${nodeId}`,
    command: "java",
    arguments: [...javaArguments(jars, sharing), "kafka.Kafka", propertiesFile],
    readyLine: /Kafka Server started/,
  });
}
