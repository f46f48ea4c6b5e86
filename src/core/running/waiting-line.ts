/** A first-in, first-out queue as a linked list: adding and removing take constant time. */
interface Place<T> {
  readonly value: T;
  behind: Place<T> | null;
}

export class WaitingLine<T> {
  #first: Place<T> | null = null;
  #last: Place<T> | null = null;

  join(value: T): void {
    const place: Place<T> = { value, behind: null };
    if (this.#last === null) this.#first = place;
    else this.#last.behind = place;
    this.#last = place;
  }

  /** Removes the first value; undefined when the queue is empty. */
  next(): T | undefined {
    const place = this.#first;
    if (place === null) return undefined;
    this.#first = place.behind;
    if (this.#first === null) this.#last = null;
    // Otherwise a node in V8's old generation would retain all later nodes.
    place.behind = null;
    return place.value;
  }
}
