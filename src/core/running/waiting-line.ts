/** A waiting line: first come, first served, at the same cost however long it is. */
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

  /** Leaves the line; undefined when nobody waits. */
  next(): T | undefined {
    const place = this.#first;
    if (place === null) return undefined;
    this.#first = place.behind;
    if (this.#first === null) this.#last = null;
    // Else the garbage of one who left would keep all later ones alive.
    place.behind = null;
    return place.value;
  }
}
