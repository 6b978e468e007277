/** A pickle that is not read, and why. `code` is for tests and translations, the message for people. */
export class PickleProblem extends Error {
  override readonly name = 'PickleProblem';
  readonly code: 'code' | 'unknown' | 'truncated' | 'malformed' | 'too_large' | 'too_deep' | 'trailing';
  constructor(code: PickleProblem['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export type PickleValue = null | boolean | number | string | Uint8Array | PickleDict | PickleValue[];
/** Keys are kept as they are: nothing of an object’s prototype can be meant. */
export type PickleDict = Map<PickleValue, PickleValue>;

export const pickleLimits = {
  bytes: 8 * 1_048_576,
  /** Containers inside containers. */
  depth: 8,
  /** Values in all; each opcode makes one at most. */
  values: 1_000_000,
} as const;

export const mark = Symbol('mark');
type Item = PickleValue | typeof mark;

/** The stack and the memory of a reading, and the bytes that are left. It takes what it is told to, and no more than there is. */
export class PickleMachine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #stack: Item[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Carries out opcode after opcode until the one that ends; `step` throws for what it does not want. */
  run(step: (opcode: string, place: number) => void): PickleValue {
    for (;;) {
      const place = this.#at;
      const opcode = String.fromCharCode(this.uint(1));
      if (opcode === '.') return this.#end();
      step(opcode, place);
      this.#values += 1;
      if (this.#values > pickleLimits.values) throw new PickleProblem('too_large', `more than ${pickleLimits.values} values`);
    }
  }

  push(value: Item): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === mark) throw malformed('the stack is empty');
    return value;
  }

  /** Everything since the last mark, which goes too. */
  popMark(): PickleValue[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw malformed('a mark is missing');
    const items = this.#stack.splice(at);
    return items.slice(1) as PickleValue[];
  }

  dropTop(): void {
    if (this.#stack.pop() === undefined) throw malformed('the stack is empty');
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined || value === mark) throw malformed('the stack is empty');
    return value;
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw malformed(`nothing was kept under ${index}`);
    this.push(value);
  }

  uint(size: 1 | 2 | 4): number {
    const at = this.#skip(size);
    if (size === 1) return this.#view.getUint8(at);
    return size === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  int32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  float(): number {
    return this.#view.getFloat64(this.#skip(8), false);
  }

  /** A length of eight bytes; more than the file holds is refused before anything is made of it. */
  longLength(): number {
    const length = this.#view.getBigUint64(this.#skip(8), true);
    if (length > BigInt(this.#bytes.length)) throw truncated();
    return Number(length);
  }

  take(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Up to the next newline, which goes too. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw truncated();
    const text = Buffer.from(this.take(end - this.#at)).toString('latin1');
    this.#at += 1;
    return text;
  }

  #skip(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw truncated();
    this.#at += length;
    return at;
  }

  #end(): PickleValue {
    const value = this.pop();
    if (this.#stack.length > 0) throw malformed('more than one value is left');
    if (this.#at < this.#bytes.length) throw new PickleProblem('trailing', 'something stands behind its end');
    return value;
  }
}

function truncated(): PickleProblem {
  return new PickleProblem('truncated', 'it ends in the middle');
}

/** What is no pickle, whoever wrote it. */
export function malformed(why: string): PickleProblem {
  return new PickleProblem('malformed', why);
}
