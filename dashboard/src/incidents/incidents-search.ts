/** What the address of the list of incidents says. What is omitted has its usual value: all. */
import type { Incident } from "../../../src/contract/api/alerting/incidents.ts";

export interface IncidentsSearch {
  readonly state?: "unresolved" | "resolved";
  readonly severity?: Incident["severity"];
  /** Name, URL or id of a site. */
  readonly site?: string;
  readonly tag?: string;
}

/** Reads the parameters of an address; leaves out what it does not know. */
export function parseIncidentsSearch(search: Readonly<Record<string, unknown>>): IncidentsSearch {
  const { state, severity, site, tag } = search;
  return {
    ...(state === "unresolved" || state === "resolved" ? { state } : {}),
    ...(severity === "down" || severity === "degraded" ? { severity } : {}),
    ...(typeof site === "string" && site !== "" ? { site } : {}),
    ...(typeof tag === "string" && tag !== "" ? { tag } : {}),
  };
}
