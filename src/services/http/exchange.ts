/**
 * One HTTP exchange over a connection that is open already. undici writes the request and reads the response; where
 * the connection comes from, and for how long it may take, is decided outside.
 */
import type { Socket } from "node:net";
import { Client, type Dispatcher } from "undici";
import type { ProbeResponse, ResponseHeaders } from "../../core/checking/ports.ts";
import type { Attempt } from "./attempt.ts";
import { BodyCollector } from "./body-collector.ts";
import { contentCodings } from "./content-decoding.ts";
import { exchangeFailure } from "./exchange-failure.ts";
import type { Method } from "./hop.ts";
import { ProbeError } from "./probe-error.ts";

export interface ExchangeRequest {
  readonly method: Method;
  readonly path: string;
  /** Names and values by turns. */
  readonly headers: readonly string[];
  readonly body: Buffer | null;
  readonly maxBodyBytes: number;
  /** Whether the response's body is of no interest, as that of a redirect. */
  readonly isBodyUnwanted: (statusCode: number, headers: ResponseHeaders) => boolean;
}

/** What was read of a response, also where its body then failed. */
export interface ExchangeOutcome {
  readonly response: ProbeResponse | null;
  readonly failure: ProbeError | null;
}

/** Status line and headers, or trailers, may take so much together. */
const MAX_HEADER_BYTES = 131_072;
/** Interim responses (RFC 9110, section 15.2) before it is taken for abuse. */
const INTERIM_RESPONSES_AT_MOST = 20;

/** An undici client that speaks over whatever connection it is handed; it can be used again after a clean end. */
class Engine {
  readonly #client: Client;
  #socket: Socket | null = null;

  constructor(origin: string, http2: boolean) {
    this.#client = new Client(origin, {
      allowH2: http2,
      maxHeaderSize: MAX_HEADER_BYTES,
      // The attempt has one deadline of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, callback) => {
        const socket = this.#socket;
        this.#socket = null;
        // Not at once: the client is not ready for an answer before it has asked.
        queueMicrotask(() => {
          if (socket === null)
            callback(new ProbeError("connection_closed", "the server closed the connection"), null);
          else callback(null, socket);
        });
      },
    });
  }

  dispatch(socket: Socket, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#socket = socket;
    this.#client.dispatch(options, handler);
  }

  dispose(): void {
    void this.#client.destroy(null).catch(() => {});
  }
}

/** HTTP/1.1 needs no origin, so its engines go from check to check. */
export class ExchangeEngines {
  readonly #idle: Engine[] = [];

  /**
   * Speaks HTTP/2 where it is told the origin, else HTTP/1.1. Takes the socket over and ends it.
   * What the server does is the outcome, the deadline included; rejects only with the signal's reason.
   */
  async run(
    socket: Socket,
    http2Origin: string | null,
    request: ExchangeRequest,
    attempt: Attempt,
  ): Promise<ExchangeOutcome> {
    const engine =
      http2Origin === null
        ? (this.#idle.pop() ?? new Engine("http://any.invalid", false))
        : new Engine(http2Origin, true);
    const reader = new ResponseReader(request, attempt);
    attempt.enter("firstByte");
    try {
      await attempt.step<void>((resolve, reject) => {
        reader.onDone = resolve;
        const { method, path, headers, body } = request;
        try {
          engine.dispatch(socket, { method, path, headers: [...headers], body, reset: true }, reader);
        } catch (error) {
          reject(exchangeFailure(error, "firstByte"));
        }
        return () => {};
      });
    } catch (error) {
      reader.failure ??= error instanceof ProbeError ? error : null;
      if (reader.failure === null) throw error;
    } finally {
      reader.close();
      socket.destroy();
      if (http2Origin !== null || !reader.cleanEnd) engine.dispose();
      else this.#idle.push(engine);
    }
    return { response: reader.response(), failure: reader.failure };
  }
}

class ResponseReader implements Dispatcher.DispatchHandler {
  onDone: () => void = () => {};
  failure: ProbeError | null = null;
  cleanEnd = false;
  readonly #request: ExchangeRequest;
  readonly #attempt: Attempt;
  #controller: Dispatcher.DispatchController | null = null;
  #phase: "firstByte" | "headers" | "body" = "firstByte";
  #interimResponses = 0;
  #head: { readonly statusCode: number; readonly headers: ResponseHeaders } | null = null;
  #collector: BodyCollector | null = null;

  constructor(request: ExchangeRequest, attempt: Attempt) {
    this.#request = request;
    this.#attempt = attempt;
  }

  response(): ProbeResponse | null {
    if (this.#head === null) return null;
    const { body, bodyTruncated } = this.#collector?.collected() ?? {
      body: new Uint8Array(0),
      bodyTruncated: false,
    };
    return { ...this.#head, body, bodyTruncated };
  }

  close(): void {
    this.onDone = () => {};
    this.#collector?.close();
    if (!this.cleanEnd) this.#controller?.abort(new ProbeError("internal", "no longer wanted"));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
  }

  onResponseStarted(): void {
    if (this.#phase === "firstByte") this.#enter("headers");
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    fields: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (statusCode < 200) {
      this.#interimResponses += 1;
      if (this.#interimResponses > INTERIM_RESPONSES_AT_MOST) {
        this.#fail(new ProbeError("protocol_error", "the server sent interim responses without end"));
      }
      return;
    }
    this.#enter("body");
    const headers = headersOf(fields);
    this.#head = { statusCode, headers };
    if (this.#request.isBodyUnwanted(statusCode, headers)) {
      this.#finish();
      return;
    }
    try {
      this.#collector = new BodyCollector(
        this.#request.maxBodyBytes,
        contentCodings(headers.get("content-encoding") ?? []),
        {
          onComplete: () => this.#finish(),
          onFailure: (error) => this.#fail(error),
          onRoom: () => this.#controller?.resume(),
        },
      );
    } catch (error) {
      this.#fail(exchangeFailure(error, "body"));
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#collector?.add(chunk) === false) controller.pause();
  }

  onResponseEnd(): void {
    this.cleanEnd = true;
    this.#collector?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(exchangeFailure(error, this.#phase));
  }

  #enter(phase: "headers" | "body"): void {
    this.#phase = phase;
    this.#attempt.enter(phase);
  }

  #fail(error: ProbeError): void {
    this.failure ??= error;
    this.#finish();
  }

  #finish(): void {
    this.onDone();
  }
}

function headersOf(fields: Readonly<Record<string, string | string[] | undefined>>): ResponseHeaders {
  const headers = new Map<string, readonly string[]>();
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) headers.set(name.toLowerCase(), typeof value === "string" ? [value] : value);
  }
  return headers;
}
