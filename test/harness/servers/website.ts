// A website whose behaviour a test changes while it is watched.
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Website {
  readonly url: string;
  /** Requests so far. */
  readonly requests: number;
  /** From now on it answers like this. */
  answers(listener: RequestListener): void;
  /** Nothing listens any more, and open connections are cut. */
  goAway(): Promise<void>;
}

/** Serves `page` with status 200 on a port of 127.0.0.1. */
export async function aWebsite(page = "<h1>Example Domain</h1>"): Promise<Website> {
  let listener: RequestListener = serving(page);
  let requests = 0;
  const server: Server = createServer((request, response) => {
    requests += 1;
    listener(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = portOf(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    get requests() {
      return requests;
    },
    answers(next) {
      listener = next;
    },
    async goAway() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Answers with a page. */
export function serving(page: string, status = 200): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end(page);
  };
}

/** Takes the request and never answers. */
export const hanging: RequestListener = () => {};

function portOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the website has no port");
  return address;
}
