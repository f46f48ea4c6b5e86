/** Prepares sites for checking, and reports invalid ones by name. */

import type { Site } from "../../contract/checks/site.ts";
import { UsageError } from "../../contract/errors.ts";
import type { Checker, PreparedCheck } from "../checking/checker.ts";
import { InvalidSiteError } from "../checking/invalid-site-error.ts";
import { fieldOf, siteLabel } from "./named-sites.ts";

export interface PreparedSite {
  readonly site: Site;
  readonly check: PreparedCheck;
}

/** Throws `UsageError`, which names the site and the invalid field, such as a pattern that does not compile. */
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
