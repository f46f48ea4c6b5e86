/** The target policy applied to addresses; what was decided lately is remembered, as most checks go where others went. */
import { classifyAddress, type TargetPolicy } from "../../../core/checking/target-policy.ts";

const REMEMBERED_AT_MOST = 10_000;

export class TargetGuard {
  readonly policy: TargetPolicy;
  readonly #decided = new Map<string, boolean>();

  constructor(policy: TargetPolicy) {
    this.policy = policy;
  }

  allows(address: string): boolean {
    const decided = this.#decided.get(address);
    if (decided !== undefined) return decided;
    const allowed = this.policy.has(classifyAddress(address));
    if (this.#decided.size >= REMEMBERED_AT_MOST) this.#decided.clear();
    this.#decided.set(address, allowed);
    return allowed;
  }

  /** Why an address is not allowed, to follow its name. */
  objectionTo(address: string): string {
    return `is a ${classifyAddress(address)} address, and such may not be checked here`;
  }
}
