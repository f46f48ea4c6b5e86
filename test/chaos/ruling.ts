// What one rule came to after a run.
export interface Ruling {
  readonly rule: string;
  /** How many things the rule was held against. */
  readonly lookedAt: number;
  /** What breaks the rule, in words. */
  readonly broken: readonly string[];
}
