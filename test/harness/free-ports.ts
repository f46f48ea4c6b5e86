// Free ports for servers that must come back on the same port after a restart, so binding port 0 does not do. They lie
// below the range from which the system takes ports of outgoing connections: nothing else grabs one during a restart.
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/** `count` different ports on 127.0.0.1 that nothing listened on just now. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let attempt = 0; attempt < 1_000 && found.size < count; attempt += 1) {
    const port = randomInt(10_000, 32_000);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  if (found.size < count) throw new Error(`could not find ${count} free ports on 127.0.0.1`);
  return [...found];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
