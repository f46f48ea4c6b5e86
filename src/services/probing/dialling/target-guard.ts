/** Applies the target policy to addresses. It remembers its decisions, since most checks go where earlier ones went. */
import { classifyAddress, type TargetPolicy } from "../../../core/checking/target-policy.ts";

const MAX_REMEMBERED = 10_000;

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
    if (this.#decided.size >= MAX_REMEMBERED) this.#decided.clear();
    this.#decided.set(address, allowed);
    return allowed;
  }

  /** Why an address is not allowed; the text continues a sentence that begins with the address. */
  objectionTo(address: string): string {
    return `is a ${classifyAddress(address)} address, which the target policy does not allow`;
  }
}
