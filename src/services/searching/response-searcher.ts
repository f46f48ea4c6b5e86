/**
 * Searches responses without delaying the measuring thread. A search whose worst case is a fraction of a millisecond
 * runs on this thread. All others run on a worker thread, cheapest first, so an expensive pattern delays only equally
 * expensive ones.
 */
import TinyQueue from "tinyqueue";
import { degraded } from "../../core/checking/judging/failed-expectation.ts";
import { bodyTextOf, worstSearchNs } from "../../core/checking/judging/response-expectations.ts";
import { type SearchOutcome, searchResponse } from "../../core/checking/judging/searching.ts";
import type { ResponseSearcher } from "../../core/checking/ports.ts";
import { listenForAbort } from "../../core/running/abort-listeners.ts";
import type { SearchRequest } from "./search-messages.ts";
import { type SearchBudget, SearchThread, type ThreadOutcome } from "./search-thread.ts";

export interface ResponseSearcherOptions extends SearchBudget {
  /** A search that has not started after this time is cancelled, which bounds how long a check can wait. */
  readonly waitMs: number;
}

const SEARCH_DEFAULTS: ResponseSearcherOptions = { cpuMs: 1000, heapMebibytes: 512, waitMs: 10_000 };

export interface OpenResponseSearcher extends ResponseSearcher {
  /** Ends the thread. Unfinished searches settle with `search_limit`. */
  close(): Promise<void>;
}

/** Creates a searcher. It starts the worker thread on first use. */
export function createResponseSearcher(options: Partial<ResponseSearcherOptions> = {}): OpenResponseSearcher {
  return new ThreadedSearcher({ ...SEARCH_DEFAULTS, ...options });
}

const WORST_INLINE_NS = 500_000;

interface Waiting {
  readonly request: SearchRequest;
  readonly worstNs: number;
  readonly settle: (outcome: ThreadOutcome) => void;
  isGone: boolean;
  hasBegun: boolean;
}

class ThreadedSearcher implements OpenResponseSearcher {
  readonly #options: ResponseSearcherOptions;
  readonly #thread: SearchThread;
  readonly #waiting = new TinyQueue<Waiting>([], (one, other) => one.worstNs - other.worstNs);
  #isSearching = false;

  constructor(options: ResponseSearcherOptions) {
    this.#options = options;
    this.#thread = new SearchThread(options);
  }

  async search(
    ...[response, expectations, signal]: Parameters<ResponseSearcher["search"]>
  ): Promise<SearchOutcome> {
    signal.throwIfAborted();
    const text = bodyTextOf(response);
    const worstNs = worstSearchNs(response, expectations, text);
    if (worstNs <= WORST_INLINE_NS) return searchResponse(response, expectations, text);
    const { body, bodyTruncated, finalUrl } = response;
    const names = new Set(["content-type", ...expectations.headers.map(({ name }) => name)]);
    const headers = new Map([...response.headers].filter(([name]) => names.has(name)));
    const request = { response: { body, bodyTruncated, finalUrl, headers }, expectations };
    const outcome = await this.#inThread(request, worstNs, signal);
    return outcome.kind === "found" ? outcome.outcome : limitReached(outcome.reason);
  }

  async close(): Promise<void> {
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      next.settle({ kind: "stopped", reason: "Sitewire is stopping" });
    }
    await this.#thread.close();
  }

  #inThread(request: SearchRequest, worstNs: number, signal: AbortSignal): Promise<ThreadOutcome> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.isGone = true;
        clearTimeout(timer);
        stopListening();
      };
      const stopListening = listenForAbort(signal, () => {
        leave();
        reject(signal.reason);
      });
      const settle = (outcome: ThreadOutcome): void => {
        leave();
        resolve(outcome);
      };
      const timer = setTimeout(() => {
        if (waiting.hasBegun) return;
        settle({ kind: "stopped", reason: `other searches kept it waiting for ${this.#options.waitMs} ms` });
      }, this.#options.waitMs);
      const waiting = { request, worstNs, settle, isGone: false, hasBegun: false };
      this.#waiting.push(waiting);
      this.#searchNext();
    });
  }

  /** Runs the waiting searches one after the other. */
  #searchNext(): void {
    if (this.#isSearching) return;
    let next = this.#waiting.pop();
    while (next?.isGone) next = this.#waiting.pop();
    if (next === undefined) return;
    const { request, settle } = next;
    next.hasBegun = true;
    this.#isSearching = true;
    this.#thread
      .run(request)
      .then(settle, (error: unknown) => settle({ kind: "stopped", reason: String(error) }))
      .finally(() => {
        this.#isSearching = false;
        this.#searchNext();
      });
  }
}

function limitReached(reason: string): SearchOutcome {
  const failure = degraded("search_limit", "response searched", "a search within its limits", reason);
  return { failures: [failure], regexpMatched: null };
}
