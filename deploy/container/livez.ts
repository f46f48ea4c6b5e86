/** The image's health check: asks the app in this container whether it lives. Exit 0 when it does, else 1 and one line. */
import { get } from "node:http";

const TIMEOUT_MS = 4000;

// Each app serves its health at this address; left blank, it serves none and there is nothing to ask.
const port = /:(\d+)$/.exec(process.env.HEALTH_ADDRESS?.trim() ?? "")?.[1];
if (port !== undefined) {
  get({ host: "127.0.0.1", port, path: "/livez", timeout: TIMEOUT_MS }, (response) => {
    response.resume();
    if (response.statusCode !== 200) fail(`/livez answered ${response.statusCode}`);
  })
    .on("timeout", () => fail(`/livez did not answer within ${TIMEOUT_MS} ms`))
    .on("error", (error) => fail(`/livez: ${error.message}`));
}

function fail(reason: string): never {
  process.stdout.write(`${reason}\n`);
  process.exit(1);
}
