/** Results of one site, and one of them with its evidence. What a person may not see is not found: the result is null. */
import type { ResultDetail } from "../../../contract/api/sites/results.ts";
import type { CheckResult, Verdict } from "../../../contract/checks/check-result.ts";
import { DEFAULT_INTERVAL_MS } from "../../../contract/checks/site.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import { resultEvidence } from "../../../core/checking/result-evidence.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import { findSite } from "./site-editing.ts";

interface Resources {
  readonly database: Pick<Database, "siteEditor" | "records">;
  readonly clock: Clock;
}

interface WhichSite {
  readonly id: string;
  /** Null sees all sites. */
  readonly visibleTags: readonly string[] | null;
}

/** A chain that does not change is recorded once a day. */
const CHAIN_WITHIN_MS = DAY_MS + 3_600_000;
const MOST_NEIGHBOURS = 5000;

/** Newest first. Throws `UnavailableError`. */
export async function listSiteResults(
  { database, clock }: Resources,
  {
    visibleTags,
    ...query
  }: WhichSite & {
    readonly fromMs?: number | undefined;
    readonly toMs?: number | undefined;
    readonly location?: string | undefined;
    readonly verdict?: Verdict | undefined;
    readonly limit: number;
    readonly after?: { readonly slotMs: number; readonly location: string } | undefined;
  },
): Promise<readonly CheckResult[] | null> {
  const { id, fromMs = 0, toMs = clock.now() + DAY_MS, ...rest } = query;
  if ((await findSite({ database }, { id, visibleTags })) === null) return null;
  return await database.records.results({ ...rest, siteId: id, fromMs, toMs });
}

/** Throws `UnavailableError`. */
export async function readSiteResult(
  { database }: Resources,
  { location, slotMs, ...which }: WhichSite & { readonly location: string; readonly slotMs: number },
): Promise<ResultDetail | null> {
  if ((await findSite({ database }, which)) === null) return null;
  const result = await database.records.result(which.id, location, slotMs);
  if (result === null) return null;
  const nearMs = 3 * (result.intervalMs ?? DEFAULT_INTERVAL_MS);
  const withinMs = result.certificateExpiresAt === null || result.certificateChain ? nearMs : CHAIN_WITHIN_MS;
  const at = { siteId: which.id, location, limit: MOST_NEIGHBOURS };
  const [earlier, later] = await Promise.all([
    database.records.results({ ...at, fromMs: slotMs - withinMs, toMs: slotMs }),
    database.records.results({ ...at, fromMs: slotMs + 1, toMs: slotMs + nearMs + 1 }),
  ]);
  return {
    result,
    evidence: resultEvidence(result, earlier),
    previousSlot: earlier[0]?.slot ?? null,
    nextSlot: later.at(-1)?.slot ?? null,
  };
}
