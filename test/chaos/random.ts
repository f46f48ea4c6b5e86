// Random choices that follow from a seed alone, so that a run can be had again.
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { skipN } from "pure-rand/utils/skipN";

/** The generator's first numbers resemble each other where the seeds do. */
const WARM_UP = 32;

export interface Random {
  /** A whole number between the two, both included. */
  between(least: number, most: number): number;
  /** 0 ≤ number < 1. */
  fraction(): number;
  /** @throws when there is nothing to choose from. */
  oneOf<T>(choices: readonly T[]): T;
  /** The same things in another order. */
  shuffled<T>(things: readonly T[]): T[];
}

/** Different seeds, different choices; the same seed, the same choices. */
export function seededRandom(...seeds: readonly number[]): Random {
  const generator = xoroshiro128plus(seeds.reduce((mixed, seed) => (Math.imul(mixed, 31) + seed) | 0, 17));
  skipN(generator, WARM_UP);
  const between = (least: number, most: number): number => uniformInt(generator, least, most);
  return {
    between,
    fraction: () => uniformFloat64(generator),
    oneOf<T>(choices: readonly T[]): T {
      const choice = choices[between(0, choices.length - 1)];
      if (choice === undefined) throw new Error("there is nothing to choose from");
      return choice;
    },
    shuffled<T>(things: readonly T[]): T[] {
      return things
        .map((thing) => ({ thing, place: between(0, 0x7fffffff) }))
        .sort((a, b) => a.place - b.place)
        .map(({ thing }) => thing);
    },
  };
}
