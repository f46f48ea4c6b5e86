/** Guards what concerns sites of every tag. */
import type { Actor } from "../../../core/accounts/actor.ts";
import { ProblemError } from "../answering/problem.ts";

/** Throws `ProblemError` for somebody who sees only sites with some tags. */
export function refuseFewTags({ tags }: Actor): void {
  if (tags !== null) throw new ProblemError("not-allowed", "this is for accounts that see all sites");
}
