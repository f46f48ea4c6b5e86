/** Port for the answers to requests with an `Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header). */

export interface KeyedRequest {
  /** Who sent it: keys of two people never meet. */
  readonly actor: string;
  readonly key: string;
  /** Of method, path and body. */
  readonly digest: Uint8Array;
}

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type KeyOutcome =
  /** Nobody sent it before: do it, then call `finish` or `abandon`. */
  | { readonly kind: "first" }
  | { readonly kind: "in progress" }
  /** The key was used for another request. */
  | { readonly kind: "other request" }
  | { readonly kind: "answered"; readonly answer: KeptAnswer };

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface IdempotencyStore {
  /** A key is forgotten after a day, and that of a request that got no answer after two minutes. */
  begin(request: KeyedRequest): Promise<KeyOutcome>;
  finish(request: KeyedRequest, answer: KeptAnswer): Promise<void>;
  /** Forgets the request, which changed nothing. */
  abandon(request: KeyedRequest): Promise<void>;
}
