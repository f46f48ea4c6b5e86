/** What the address of the reports says. What is omitted has its usual value. */

export interface ReportsSearch {
  /** Such as 2026-10; the last whole month when omitted. */
  readonly month?: string;
  readonly timezone?: string;
  readonly by?: "tag" | "group";
  readonly tag?: string;
  /** In per cent; the configured objectives when omitted. */
  readonly objective?: string;
}

/** Reads the parameters of an address; leaves out what it does not know. */
export function parseReportsSearch(search: Readonly<Record<string, unknown>>): ReportsSearch {
  const { month, timezone, by, tag, objective } = search;
  return {
    ...(typeof month === "string" && /^\d{4}-\d\d$/.test(month) ? { month } : {}),
    ...(typeof timezone === "string" && timezone !== "" ? { timezone } : {}),
    ...(by === "tag" || by === "group" ? { by } : {}),
    ...(typeof tag === "string" && tag !== "" ? { tag } : {}),
    ...(typeof objective === "string" && objective !== "" ? { objective } : {}),
  };
}

/** The running month and the eleven before it, newest first. */
export function lastMonths(nowMs: number): readonly string[] {
  const now = new Date(nowMs);
  return Array.from({ length: 12 }, (_, index) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - index, 1)).toISOString().slice(0, 7),
  );
}
