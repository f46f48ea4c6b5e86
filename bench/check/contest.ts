/** What all contenders have in common: the target they check, and what a run of theirs is measured by. */
export interface Target {
  readonly url: string;
  /** What must be found in the page. */
  readonly regexp: string;
  /** PEM text of the CA to trust; null for http. */
  readonly ca: string | null;
}

/** Checks in flight at a time. */
export const CONCURRENCY = 64;

export interface Run {
  /** For each second of the contender's own CPU time. */
  readonly checksPerCpuSecond: number;
  readonly checksPerSecond: number;
  readonly peakMegabytes: number;
}

/** Makes so many checks with a contender that is up and warm; throws when one of them fails. */
export type Contender = (target: Target, checks: number) => Promise<Run>;

/** Runs `once` so many times, `CONCURRENCY` at a time. */
export async function repeat(times: number, once: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const line = async (): Promise<void> => {
    while (next < times) {
      next += 1;
      await once(next);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, line));
}
