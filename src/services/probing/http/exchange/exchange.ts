/** One request and its response over an open connection: what HTTP/1.1 and HTTP/2 have in common. */
import type { ProbeResponse, ResponseHeaders } from "../../../../core/checking/ports.ts";
import type { Attempt } from "../../attempt/attempt.ts";
import { messageOf, ProbeError } from "../../probe-error.ts";
import type { Method } from "../hop.ts";
import { BodyCollector } from "./body-collector.ts";
import { contentCodings } from "./content-decoding.ts";

export interface ExchangeRequest {
  readonly method: Method;
  /** A path, or a whole URL for a proxy that forwards. */
  readonly target: string;
  /** Names and values by turns; the names in lower case. */
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
  /** Gives the body's memory back; it is not to be read afterwards. */
  release(): void;
}

/** The response as the exchange sees it, whatever protocol brings it. */
export class ResponseReader {
  readonly #request: ExchangeRequest;
  readonly #attempt: Attempt;
  #begun = false;
  #head: { readonly statusCode: number; readonly headers: ResponseHeaders } | null = null;
  #collector: BodyCollector | null = null;
  #failure: ProbeError | null = null;
  #settled = false;
  #onSettled: () => void = () => {};

  constructor(request: ExchangeRequest, attempt: Attempt) {
    this.#request = request;
    this.#attempt = attempt;
    attempt.enter("firstByte");
  }

  /** Waits until the response is complete, failed, or read as far as it is wanted. Rejects when aborted. */
  async outcome(): Promise<ExchangeOutcome> {
    try {
      await this.#attempt.step<void>((resolve) => {
        this.#onSettled = resolve;
        if (this.#settled) resolve();
        return NOTHING_TO_STOP;
      });
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error;
      this.fail(error);
    } finally {
      this.#collector?.stop();
    }
    return {
      response: this.#response(),
      failure: this.#failure,
      release: () => this.#collector?.release(),
    };
  }

  /** Bytes have come. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#attempt.enter("headers");
  }

  head(statusCode: number, headers: ResponseHeaders): void {
    if (this.#settled) return;
    this.begin();
    this.#attempt.enter("body");
    this.#head = { statusCode, headers };
    if (this.#request.isBodyUnwanted(statusCode, headers)) {
      this.#settle();
      return;
    }
    try {
      const codings = contentCodings(headers.get("content-encoding"));
      this.#collector = new BodyCollector(this.#request.maxBodyBytes, codings, {
        onComplete: () => this.#settle(),
        onFailure: (error) => this.fail(error),
      });
    } catch (error) {
      this.fail(error);
    }
  }

  /** A part of the body; good during the call only. */
  body(bytes: Buffer): void {
    if (!this.#settled) this.#collector?.add(bytes);
  }

  /** The last of the body has come. */
  complete(): void {
    if (!this.#settled) this.#collector?.end();
  }

  fail(error: unknown): void {
    if (this.#settled) return;
    this.#failure = error instanceof ProbeError ? error : new ProbeError("internal", messageOf(error));
    this.#settle();
  }

  #settle(): void {
    this.#settled = true;
    this.#onSettled();
  }

  #response(): ProbeResponse | null {
    if (this.#head === null) return null;
    const { statusCode, headers } = this.#head;
    const { body, bodyTruncated } = this.#collector?.collected() ?? NO_BODY;
    return { statusCode, headers, body, bodyTruncated };
  }
}

/** Whoever made the connection closes it. */
const NOTHING_TO_STOP = (): void => {};
const NO_BODY = { body: new Uint8Array(0), bodyTruncated: false };
