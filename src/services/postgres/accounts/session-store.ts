/** The table `sessions`. Signing in writes it (../sign-in); here it is read, and sessions are ended. */

import type { FoundSession, Session, SessionStore } from "../../../core/accounts/ports.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";
import { PERSON_COLUMNS, type PersonRow, personOf } from "./person-row.ts";

const SESSION_COLUMNS = `
  session.id AS "sessionId", session.person_id AS "personId",
  ${millisecondsOf("session.created_at", "startedAtMs")},
  ${millisecondsOf("session.expires_at", "expiresAtMs")},
  nullif(session.ip_address, '') AS address, nullif(session.user_agent, '') AS "userAgent"`;

type SessionRow = {
  readonly sessionId: string;
  readonly personId: string;
  readonly startedAtMs: number;
  readonly expiresAtMs: number;
  readonly address: string | null;
  readonly userAgent: string | null;
};

const FIND = `
  SELECT ${PERSON_COLUMNS}, ${SESSION_COLUMNS}
  FROM sessions AS session JOIN people AS person ON person.id = session.person_id
  WHERE session.token = $1 AND session.expires_at > now()`;

const LIST = `
  SELECT ${SESSION_COLUMNS} FROM sessions AS session
  WHERE person_id = $1 AND expires_at > now() ORDER BY created_at DESC, id`;

const END = "DELETE FROM sessions WHERE person_id = $1 AND id::text = lower($2)";
const END_ALL = "DELETE FROM sessions WHERE person_id = $1";

const NOTE_START = `
  UPDATE people SET last_signed_in_at = now()
  FROM sessions WHERE sessions.person_id = people.id AND sessions.token = $1`;

export class SqlSessionStore implements SessionStore {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async find(hash: string): Promise<FoundSession | null> {
    const [row] = await this.#service.rows<PersonRow & SessionRow>(FIND, [hash]);
    return row === undefined ? null : { session: sessionOf(row), person: personOf(row) };
  }

  async noteStart(hash: string): Promise<FoundSession | null> {
    await this.#service.change(NOTE_START, [hash]);
    return await this.find(hash);
  }

  async list(personId: string): Promise<readonly Session[]> {
    return (await this.#service.rows<SessionRow>(LIST, [personId])).map(sessionOf);
  }

  async end(personId: string, sessionId: string): Promise<boolean> {
    return (await this.#service.change(END, [personId, sessionId])) === 1;
  }

  async endAll(personId: string): Promise<number> {
    return await this.#service.change(END_ALL, [personId]);
  }
}

function sessionOf({
  sessionId,
  personId,
  startedAtMs,
  expiresAtMs,
  address,
  userAgent,
}: SessionRow): Session {
  return { id: sessionId, personId, createdAtMs: startedAtMs, expiresAtMs, address, userAgent };
}
