/** The errors of operations on status pages as problems. */
import {
  StaleStatusPageError,
  UnknownStatusPageError,
} from "../../../apps/operations/status-pages/status-pages.ts";
import { SiteNotShownError } from "../../../apps/operations/status-pages/viewing.ts";
import { ProblemError } from "../answering/problem.ts";

export async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnknownStatusPageError) throw new ProblemError("not-found", error.message);
    if (error instanceof StaleStatusPageError) throw new ProblemError("changed", error.message);
    if (error instanceof SiteNotShownError) throw new ProblemError("invalid", error.message);
    throw error;
  }
}
