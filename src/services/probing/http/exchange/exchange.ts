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
  /** What was not as the standards have it and was accepted all the same. */
  readonly irregularities: readonly string[];
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
  readonly #irregularities = new Set<string>();
  #settled = false;
  #onSettled: () => void = () => {};

  constructor(request: ExchangeRequest, attempt: Attempt) {
    this.#request = request;
    this.#attempt = attempt;
    attempt.enter("firstByte");
  }

  /** Waits until the response is complete, failed, or read as far as the caller needs it. Rejects when aborted. */
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
      irregularities: [...this.#irregularities],
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
      const codings = contentCodings(codingsOf(headers));
      this.#collector = new BodyCollector(this.#request.maxBodyBytes, codings, {
        onComplete: () => this.#settle(),
        onFailure: (error) => this.fail(error),
        onIrregularity: (what) => this.irregular(what),
      });
    } catch (error) {
      this.fail(error);
    }
  }

  /** A part of the body; good during the call only. */
  body(bytes: Buffer): void {
    if (!this.#settled) this.#collector?.add(bytes);
  }

  /** Something was not as the standards have it and was accepted; the same text counts once. */
  irregular(what: string): void {
    if (this.#irregularities.size < MAX_IRREGULARITIES) {
      this.#irregularities.add(what.slice(0, MAX_IRREGULARITY_LENGTH));
    }
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

const MAX_IRREGULARITIES = 20;
/** What a result can hold. */
const MAX_IRREGULARITY_LENGTH = 300;
const NO_CODINGS: readonly string[] = [];

/** The codings of content and of transfer, in the order they were applied (RFC 9112, section 6.1). */
function codingsOf(headers: ResponseHeaders): readonly string[] {
  const content = headers.get("content-encoding");
  const transfer = headers.get("transfer-encoding");
  if (transfer === undefined) return content ?? NO_CODINGS;
  const transferCodings = transfer
    .join(",")
    .split(",")
    .filter((coding) => !/^\s*chunked\s*$/i.test(coding));
  return [...(content ?? []), ...transferCodings];
}

/** Whoever made the connection closes it. */
const NOTHING_TO_STOP = (): void => {};
const NO_BODY = { body: new Uint8Array(0), bodyTruncated: false };
