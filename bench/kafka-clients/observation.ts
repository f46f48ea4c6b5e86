/** What a scenario saw, and how it is said in one cell of the table. */
import type { Message, ReceivedMessage } from "./client.ts";

/** Numbered messages over ten keys: whether one is lost, doubled or out of order can be told from the numbers. */
export function numbered(count: number, first: number): readonly Message[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `key-${(first + index) % 10}`,
    value: String(first + index),
  }));
}

export interface Verdict {
  readonly good: boolean;
  readonly text: string;
}

/** Judges what stands in a topic after `count` numbered messages were acknowledged. */
export function judgeTopic(values: readonly number[], keysInOrder: boolean, count: number): Verdict {
  const distinct = new Set(values);
  const lost = count - distinct.size;
  const doubled = values.length - distinct.size;
  const faults = [
    ...(lost > 0 ? [`**${lost} lost**`] : []),
    ...(doubled > 0 ? [`${doubled} doubled`] : []),
    ...(keysInOrder ? [] : ["**order per key broken**"]),
  ];
  return { good: lost === 0 && keysInOrder, text: faults.length === 0 ? "all once" : faults.join(", ") };
}

/** Whether the first appearances of each key's numbers ascend. */
export function ordered(values: readonly number[]): boolean {
  const last = new Map<number, number>();
  const seen = new Set<number>();
  for (const value of values) {
    if (seen.has(value)) continue;
    seen.add(value);
    const key = value % 10;
    if (value < (last.get(key) ?? -1)) return false;
    last.set(key, value);
  }
  return true;
}

/** What a consumer received, and the longest time for which it received nothing. */
export class Reception {
  readonly values: number[] = [];
  #longestSilenceMs = 0;
  #lastMs = performance.now();

  take({ value }: ReceivedMessage): void {
    const nowMs = performance.now();
    this.#longestSilenceMs = Math.max(this.#longestSilenceMs, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    this.values.push(Number(value));
  }

  get distinct(): number {
    return new Set(this.values).size;
  }

  get longestSilence(): string {
    return `longest silence ${(this.#longestSilenceMs / 1000).toFixed(1)} s`;
  }
}
