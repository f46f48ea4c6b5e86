/** The table `post_mortems`. */

import type { NewPostMortem, PostMortem, PostMortemStore } from "../../../core/incidents/post-mortems.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";

const COLUMNS = `text, revision, written_by AS "writtenBy",
  ${millisecondsOf("written_at", "writtenAtMs")}`;

const LATEST = `SELECT ${COLUMNS} FROM post_mortems WHERE incident_id = $1 ORDER BY revision DESC LIMIT 1`;

/** Of two people who replace the same revision, one inserts the next number. */
const WRITE = `
  INSERT INTO post_mortems (incident_id, revision, text, written_by)
  SELECT $1, coalesce(max(revision), 0) + 1, $2, $3 FROM post_mortems WHERE incident_id = $1
  HAVING $4::integer IS NULL OR coalesce(max(revision), 0) = $4
  ON CONFLICT (incident_id, revision) DO NOTHING RETURNING ${COLUMNS}`;

type Row = PostMortem & Record<string, unknown>;

export class SqlPostMortemStore implements PostMortemStore {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async latest(incidentId: string): Promise<PostMortem | null> {
    const [row] = await this.#service.rows<Row>(LATEST, [incidentId]);
    return row ?? null;
  }

  async write({ incidentId, text, by, replaces }: NewPostMortem): Promise<PostMortem | null> {
    const [row] = await this.#service.rows<Row>(WRITE, [incidentId, text, by, replaces ?? null]);
    return row ?? null;
  }
}
