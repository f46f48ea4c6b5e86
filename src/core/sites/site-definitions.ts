/** Definitions of sites that people send to the API. */
import { z } from "zod";
import { defineSite, type Site, type SiteDefinition } from "../../contract/checks/site.ts";
import { UsageError } from "../../contract/errors.ts";
import { formatPath, problemsOf } from "../../contract/problems.ts";
import type { Checker } from "../checking/checker.ts";
import { InvalidSiteError } from "../checking/invalid-site-error.ts";
import { type FieldProblem, withKeptSecrets } from "./kept-secrets.ts";

/** A definition that cannot be saved. The message is the first problem. */
export class InvalidDefinitionError extends UsageError {
  readonly problems: readonly FieldProblem[];

  constructor(problems: readonly FieldProblem[]) {
    const [first] = problems;
    super(first === undefined ? "the definition is invalid" : `${first.field}: ${first.message}`);
    this.problems = problems;
  }
}

/**
 * Completes a definition and checks all of it, also what only the checker knows, such as that a pattern compiles.
 * `stored` is the site that it replaces, whose id and secrets it keeps. Throws `InvalidDefinitionError`.
 */
export function siteOfRequest(checker: Checker, definition: SiteDefinition, stored: Site | null): Site {
  const { site, problems } = withKeptSecrets(completed(definition, stored), stored);
  const found = [...problems, ...checkerProblems(checker, site)];
  if (found.length > 0) throw new InvalidDefinitionError(found);
  return site;
}

function completed(definition: SiteDefinition, stored: Site | null): Site {
  try {
    const site = defineSite(definition);
    return stored === null ? site : { ...site, id: stored.id };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new InvalidDefinitionError(
      problemsOf(error).map(({ path, message }) => ({ field: formatPath(path), message })),
    );
  }
}

function checkerProblems(checker: Checker, site: Site): readonly FieldProblem[] {
  try {
    checker.prepare(site);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidSiteError)) throw error;
    return [{ field: error.field, message: error.reason }];
  }
}
