/** Sites made ready to be checked, or refused by name. */
import { UsageError } from "../../contract/errors.ts";
import type { Site } from "../../contract/site.ts";
import type { Checker, PreparedCheck } from "../checking/checker.ts";
import { InvalidSiteError } from "../checking/invalid-site-error.ts";
import { fieldOf, siteLabel } from "./named-sites.ts";

export interface PreparedSite {
  readonly site: Site;
  readonly check: PreparedCheck;
}

/** Throws `UsageError` naming the site and the field that can't be used, such as a pattern that can't be compiled. */
export function prepareSite(checker: Checker, site: Site): PreparedSite {
  try {
    return { site, check: checker.prepare(site) };
  } catch (error) {
    if (!(error instanceof InvalidSiteError)) throw error;
    const path = error.field.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const value = error.value === "" ? "" : ` is ${JSON.stringify(error.value)}`;
    throw new UsageError(`${fieldOf(path)} of ${siteLabel(site)}${value}: ${error.reason}`, { cause: error });
  }
}
