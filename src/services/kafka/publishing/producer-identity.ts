/** The name a publisher writes under: a producer id from the broker, and an epoch that every request raises. */
import type { Producer } from "../client-adapters/client.ts";

export interface ProducerName {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** Epochs are 16-bit numbers; the broker keeps the last one for itself. */
const LAST_EPOCH = 32_766;

export class ProducerIdentity {
  #current: ProducerName | null = null;

  /** True when the next name needs a new producer id. */
  get forgotten(): boolean {
    return this.#current === null;
  }

  /** After the broker no longer accepts the name. */
  forget(): void {
    this.#current = null;
  }

  /** The same producer id with the next epoch, which fences every earlier one; a new id where there is none. */
  async next(producer: Pick<Producer, "initIdempotentProducer">): Promise<ProducerName> {
    const last = this.#current;
    if (last !== null && last.producerEpoch < LAST_EPOCH) {
      this.#current = { ...last, producerEpoch: last.producerEpoch + 1 };
    } else {
      const { producerId, producerEpoch } = await producer.initIdempotentProducer({});
      this.#current = { producerId, producerEpoch };
    }
    return this.#current;
  }
}
