/** A place in the order of answers. */
export interface Place {
  text: string | null | undefined;
}

/** Keeps answers in the order of their requests, though a later one may be ready earlier (protocol.md §3). */
export class Answers {
  readonly #send: (text: string) => void;
  readonly #open: Place[] = [];

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  /** Reserves the place of an answer that is not ready yet. */
  reserve(): Place {
    const place: Place = { text: undefined };
    this.#open.push(place);
    return place;
  }

  /** The answer of a reserved place; null: there is none. */
  settle(place: Place, text: string | null): void {
    place.text = text;
    while (this.#open[0] !== undefined && this.#open[0].text !== undefined) {
      const ready = this.#open.shift()?.text;
      if (ready !== null && ready !== undefined) this.#send(ready);
    }
  }

  /** An answer that is ready: it leaves at once, or after those before it. */
  add(text: string | null): void {
    if (text === null) return;
    if (this.#open.length === 0) this.#send(text);
    else this.#open.push({ text });
  }
}
