/** The bare client: undici with a fresh connection for each request, which reads the body and looks at nothing. */
import { buildConnector, Client } from "undici";
import { serveRuns } from "./serve-runs.ts";

serveRuns(({ url, ca }) => {
  const { origin, pathname } = new URL(url);
  const connect = buildConnector({ ...(ca === null ? {} : { ca }), allowH2: false, maxCachedSessions: 0 });
  const idle: Client[] = [];
  return () =>
    new Promise((resolve, reject) => {
      const client = idle.pop() ?? new Client(origin, { connect });
      let bytes = 0;
      client.dispatch(
        { method: "GET", path: pathname, reset: true },
        {
          onRequestStart: () => {},
          onResponseStart: () => {},
          onResponseData: (_controller, chunk) => {
            bytes += chunk.byteLength;
          },
          onResponseEnd: () => {
            idle.push(client);
            if (bytes > 10_000) resolve();
            else reject(new Error(`only ${bytes} bytes`));
          },
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
});
