/** Reads and writes post-mortems. */
import { FailureError } from "../../../contract/errors.ts";
import type { NewPostMortem, PostMortem, PostMortemStore } from "../../../core/incidents/post-mortems.ts";

interface PostMortemResources {
  readonly postMortems: PostMortemStore;
}

/** Returns the latest revision; null when there is none. */
export async function readPostMortem(
  { postMortems }: PostMortemResources,
  incidentId: string,
): Promise<PostMortem | null> {
  return await postMortems.latest(incidentId);
}

/** Throws `StalePostMortemError` when somebody else has written meanwhile, `RefusedError` for an unknown incident. */
export async function writePostMortem(
  { postMortems }: PostMortemResources,
  text: NewPostMortem,
): Promise<PostMortem> {
  const written = await postMortems.write(text);
  if (written === null) throw new StalePostMortemError("somebody else has written meanwhile: read it again");
  return written;
}

export class StalePostMortemError extends FailureError {}
