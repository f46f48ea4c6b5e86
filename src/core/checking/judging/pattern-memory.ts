/** How much memory the engine may use to remember what it worked out for one pattern. */
import type { RE2JS } from "re2js";

/** The engine's own limit is 8 MiB a pattern; with hundreds of patterns that is too much. */
const REMEMBERED_BYTES = 524_288;

/**
 * Sets two private fields of re2js's automaton, since it has no option for them. Returns false where a new version
 * has them no longer: then its own limit of 8 MiB a pattern holds, and a test fails.
 */
export function limitRememberedBytes(compiled: RE2JS): boolean {
  const automaton: unknown = Reflect.get(Object(Reflect.get(compiled, "re2Input")), "dfa");
  if (typeof automaton !== "object" || automaton === null) return false;
  if (typeof Reflect.get(automaton, "stateBudget") !== "number") return false;
  if (typeof Reflect.get(automaton, "memBudget") !== "number") return false;
  return (
    Reflect.set(automaton, "stateBudget", REMEMBERED_BYTES) &&
    Reflect.set(automaton, "memBudget", REMEMBERED_BYTES)
  );
}
