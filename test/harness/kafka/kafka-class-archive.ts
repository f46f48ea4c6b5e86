// Java's class-data archive of the broker: made once per set of jars by running a broker to its end, it halves the time
// of every later start. Java passes over an archive that does not fit (another Java, say), so it is never wrong.
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { createCertificateAuthority } from "../certificates.ts";
import { freePorts } from "../free-ports.ts";
import { removeFolder, temporaryFolder } from "../temporary-folder.ts";
import type { KafkaJars } from "./kafka-jars.ts";
import { classArchive, formatStorage, runBroker } from "./kafka-java.ts";
import { writeNodeProperties } from "./kafka-properties.ts";

/** Takes about six seconds the first time, then nothing. */
export async function ensureClassArchive(jars: KafkaJars): Promise<void> {
  if (existsSync(classArchive(jars))) return;
  const folder = await temporaryFolder("kafka-training");
  const [plaintext = 0, sasl = 0, mutualTls = 0, controller = 0] = await freePorts(4);
  const authority = await createCertificateAuthority();
  const unfinished = `${classArchive(jars)}.${process.pid}`;
  try {
    const file = await writeNodeProperties({
      nodeId: 1,
      host: "localhost",
      folder,
      ports: { plaintext, sasl, mutualTls, controller },
      controllerPorts: [controller],
      users: [],
      server: await authority.issue(),
      trusted: authority.certificate,
      authorizer: false,
      properties: {},
    });
    await formatStorage(jars, file, []);
    const broker = await runBroker(jars, file, 1, [`-XX:ArchiveClassesAtExit=${unfinished}`]);
    await broker.end("SIGTERM", 60_000);
    await rename(unfinished, classArchive(jars));
  } finally {
    await Promise.all([rm(unfinished, { force: true }), removeFolder(folder)]);
  }
}
