/** Whether a server could listen at an address. */
import { once } from "node:events";
import { createServer } from "node:net";

const IN_USE = "EADDRINUSE";

/** Listens for a moment. Returns null when that works, otherwise the code of the system's error, such as `EADDRINUSE`. */
export async function whyNotListening(address: string, port: number): Promise<string | null> {
  const server = createServer();
  try {
    server.listen({ host: address, port });
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return null;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

export function isInUse(code: string): boolean {
  return code === IN_USE;
}
