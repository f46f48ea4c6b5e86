/** The `idempotency_keys` table. */
import type {
  IdempotencyStore,
  KeptAnswer,
  KeyedRequest,
  KeyOutcome,
} from "../../../core/requests/idempotency.ts";
import type { SqlService } from "../connecting/sql.ts";

/** Of two requests at once one inserts the row; the other waits for that insert and then finds it in progress. */
const BEGIN = `
  INSERT INTO idempotency_keys AS known (actor, key, request_digest) VALUES ($1, $2, $3)
  ON CONFLICT (actor, key) DO UPDATE SET
    request_digest = excluded.request_digest, begun_at = now(), status = NULL, headers = NULL, body = NULL
  WHERE known.begun_at < now() - interval '1 day'
    OR known.status IS NULL AND known.begun_at < now() - interval '2 minutes'`;

const KNOWN = `
  SELECT request_digest = $3 AS "isSame", status, headers, body FROM idempotency_keys
  WHERE actor = $1 AND key = $2`;

const FINISH = `
  UPDATE idempotency_keys SET status = $4, headers = $5, body = $6
  WHERE actor = $1 AND key = $2 AND request_digest = $3`;

const ABANDON = "DELETE FROM idempotency_keys WHERE actor = $1 AND key = $2 AND request_digest = $3";

const REMOVE_EXPIRED = "DELETE FROM idempotency_keys WHERE begun_at < now() - interval '1 day'";

type KnownRow = {
  readonly isSame: boolean;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: string | null;
};

export class SqlIdempotencyStore implements IdempotencyStore {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async begin(request: KeyedRequest): Promise<KeyOutcome> {
    await this.#service.change(REMOVE_EXPIRED);
    if ((await this.#service.change(BEGIN, valuesOf(request))) > 0) return { kind: "first" };
    const [known] = await this.#service.rows<KnownRow>(KNOWN, valuesOf(request));
    // The first request was abandoned in between.
    if (known === undefined) return { kind: "in progress" };
    if (!known.isSame) return { kind: "other request" };
    if (known.status === null) return { kind: "in progress" };
    const { status, headers, body } = known;
    return { kind: "answered", answer: { status, headers: headers ?? {}, body: body ?? "" } };
  }

  async finish(request: KeyedRequest, { status, headers, body }: KeptAnswer): Promise<void> {
    await this.#service.change(FINISH, [...valuesOf(request), status, JSON.stringify(headers), body]);
  }

  async abandon(request: KeyedRequest): Promise<void> {
    await this.#service.change(ABANDON, valuesOf(request));
  }
}

function valuesOf({ actor, key, digest }: KeyedRequest) {
  return [actor, key, digest] as const;
}
