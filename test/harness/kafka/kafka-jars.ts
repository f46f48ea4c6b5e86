// Apache Kafka's jars, resolved once by Maven from pom.xml into the cache folder.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../cache-folder.ts";

const pom = path.join(import.meta.dirname, "pom.xml");
const mavenTimeoutMs = 300_000;

export interface KafkaJars {
  readonly folder: string;
  /** For java's -cp, in a fixed order, as a class-data archive asks for. */
  readonly classpath: string;
}

/** Finds the jars, fetching them when this version's are not there yet. Several processes may ask at once. */
export async function kafkaJars(): Promise<KafkaJars> {
  const version = createHash("sha256")
    .update(await readFile(pom))
    .digest("hex")
    .slice(0, 12);
  const folder = path.join(cacheFolder, `kafka-${version}`);
  if (!existsSync(folder)) await fetchJars(folder);
  const jars = (await readdir(folder)).filter((name) => name.endsWith(".jar")).sort();
  return { folder, classpath: jars.map((name) => path.join(folder, name)).join(path.delimiter) };
}

async function fetchJars(folder: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const arriving = await mkdtemp(path.join(cacheFolder, "arriving-"));
  try {
    await promisify(execFile)(
      "mvn",
      [
        "--quiet",
        "--batch-mode",
        "--file",
        pom,
        "dependency:copy-dependencies",
        "-DincludeScope=runtime",
        `-DoutputDirectory=${arriving}`,
      ],
      { timeout: mavenTimeoutMs, maxBuffer: 16 * 1024 * 1024 },
    );
    await rename(arriving, folder);
  } catch (error) {
    if (existsSync(folder)) return;
    throw new Error("Maven could not fetch Apache Kafka's jars (test/harness/kafka/pom.xml)", {
      cause: error,
    });
  } finally {
    await rm(arriving, { recursive: true, force: true });
  }
}
