// kcat, an independent Kafka client: it proves that we speak Kafka and not to ourselves.
import { execFile } from "node:child_process";

/** Runs kcat with these arguments. @throws when it exits with anything but 0. */
export function kcat(args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      "kcat",
      args,
      { timeout: 30_000, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout) => (error ? reject(error) : resolve(stdout.trim())),
    );
    child.stdin?.end(input);
  });
}

export interface KcatRecord {
  readonly key: string;
  readonly headers: string;
  readonly value: string;
}

/** Every record of a topic: from its beginning to its present end. */
export async function readTopic(brokers: string, topic: string): Promise<readonly KcatRecord[]> {
  const format = "%k\\x1f%h\\x1f%s\\x1e";
  const text = await kcat(["-b", brokers, "-t", topic, "-C", "-e", "-q", "-f", format]);
  return text
    .split("\u001e")
    .filter((record) => record.trim() !== "")
    .map((record) => {
      const [key = "", headers = "", value = ""] = record.replace(/^\n/, "").split("\u001f");
      return { key, headers, value };
    });
}
