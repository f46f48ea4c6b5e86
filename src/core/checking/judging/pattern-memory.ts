/** Limits the memory that the RE2 engine uses to cache automaton states of one pattern. */
import type { RE2JS } from "re2js";

/** The engine's default is 8 MiB per pattern, which is too much for hundreds of patterns. */
const REMEMBERED_BYTES = 524_288;

/**
 * Sets two private fields of re2js's automaton, for which the library has no option. Returns false when a new version
 * has removed them: then the library's limit of 8 MiB per pattern applies, and a test fails.
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
