/**
 * Serves an app's health over HTTP: `/metrics` for Prometheus, `/livez` (200 while it runs) and `/readyz` (200 while it
 * can do its job, otherwise 503 with the reasons). The paths are those of Kubernetes, with its older name `/healthz` for
 * `/livez`.
 */
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { FailureError, messageOf, UsageError } from "../../contract/errors.ts";
import type { Log } from "../../core/log.ts";
import { withoutBrackets } from "../network/host-name.ts";

/** Something the app needs to do its job. A rejected `read` means that the app is not ready. */
export interface HealthSource {
  readonly name: string;
  readonly read: () => Promise<readonly Measurement[]>;
}

/** A current value; `name` is its Prometheus name, with the unit. */
interface Measurement {
  readonly name: string;
  readonly meaning: string;
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Counts events since the app started. */
export interface EventCounter {
  add(name: string, meaning: string, count: number): void;
}

export interface Health extends EventCounter {
  /** Resolves once the server listens. Throws `UsageError` for a wrong address, `FailureError` for one in use. */
  serve(
    address: string,
    sources: readonly HealthSource[],
  ): Promise<{ readonly port: number; close(): Promise<void> }>;
}

const READ_TIMEOUT_MS = 5000;

export function createHealth({ log }: { readonly log: Log }): Health {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  return {
    add(name, meaning, count) {
      let counter = counters.get(name);
      if (counter === undefined) {
        counter = new Counter({ name, help: meaning, registers: [registry] });
        counters.set(name, counter);
      }
      counter.inc(count);
    },
    async serve(address, sources) {
      collectDefaultMetrics({ register: registry });
      const server = createServer((request, response) => {
        const path = request.url?.split("?")[0];
        const answer =
          path === "/livez" || path === "/healthz"
            ? Promise.resolve(send(response, 200, "text/plain", "ok\n"))
            : path === "/readyz"
              ? answerReady(response, sources)
              : path === "/metrics"
                ? answerMetrics(response, registry, sources)
                : Promise.resolve(
                    send(response, 404, "text/plain", "not found: /metrics, /livez, /readyz\n"),
                  );
        answer.catch((error: unknown) => {
          log.error({ path, reason: String(error) }, "health request failed");
          send(response, 500, "text/plain", "failed\n");
        });
      });
      const port = await listen(server, address);
      return {
        port,
        async close() {
          server.closeAllConnections();
          server.close();
          await once(server, "close");
        },
      };
    },
  };
}

async function listen(server: Server, address: string): Promise<number> {
  const match = /^(.*):(\d{1,5})$/.exec(address);
  const host = withoutBrackets(match?.[1] ?? "");
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) {
    throw new UsageError(`health.address is "${address}": must be host:port, such as 127.0.0.1:9180`);
  }
  try {
    server.listen(port, host === "" ? undefined : host);
    await once(server, "listening");
  } catch (error) {
    const reason = messageOf(error);
    throw new FailureError(`health.address ${address} cannot be served: ${reason}`);
  }
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : port;
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent) return;
  response.writeHead(status, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" });
  response.end(body);
}

interface SourceReading {
  readonly name: string;
  readonly measurements: readonly Measurement[];
  /** Null when the source did not fail. */
  readonly failure: string | null;
}

async function readSources(sources: readonly HealthSource[]): Promise<readonly SourceReading[]> {
  return await Promise.all(
    sources.map(async ({ name, read }): Promise<SourceReading> => {
      try {
        return { name, measurements: await withinTime(read()), failure: null };
      } catch (error) {
        return { name, measurements: [], failure: messageOf(error) };
      }
    }),
  );
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`no answer within ${READ_TIMEOUT_MS} ms`)),
    READ_TIMEOUT_MS,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function answerReady(response: ServerResponse, sources: readonly HealthSource[]): Promise<void> {
  const readings = await readSources(sources);
  const ready = readings.every(({ failure }) => failure === null);
  const body = {
    ready,
    sources: Object.fromEntries(
      readings.map(({ name, failure, measurements }) => [
        name,
        failure ?? Object.fromEntries(measurements.map((measured) => [labelled(measured), measured.value])),
      ]),
    ),
  };
  send(response, ready ? 200 : 503, "application/json", `${JSON.stringify(body, null, 2)}\n`);
}

function labelled({ name, labels }: Measurement): string {
  return labels === undefined ? name : `${name}{${Object.values(labels).join(",")}}`;
}

async function answerMetrics(
  response: ServerResponse,
  registry: Registry,
  sources: readonly HealthSource[],
): Promise<void> {
  const readings = await readSources(sources);
  const scraped = new Registry();
  const up = new Gauge({
    name: "sitewire_dependency_up",
    help: "1 while the app's dependency works",
    labelNames: ["dependency"],
    registers: [scraped],
  });
  const gauges = new Map<string, Gauge>();
  for (const { name, measurements, failure } of readings) {
    up.set({ dependency: name }, failure === null ? 1 : 0);
    for (const { name: metric, meaning, value, labels = {} } of measurements) {
      const gauge =
        gauges.get(metric) ??
        new Gauge({ name: metric, help: meaning, labelNames: Object.keys(labels), registers: [scraped] });
      gauges.set(metric, gauge);
      gauge.set(labels, value);
    }
  }
  send(response, 200, "text/plain", await Registry.merge([registry, scraped]).metrics());
}
