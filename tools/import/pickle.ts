import { malformed, mark, type PickleDict, PickleMachine, PickleProblem, type PickleValue, pickleLimits } from './pickle-machine.ts';

/**
 * Reads a pickle of plain data, protocols 0 to 5: dictionaries, lists, tuples, texts, bytes, numbers, None, True, False. It builds values,
 * and does nothing else: every opcode that names a class, calls something or reaches outside is refused. Throws PickleProblem.
 */
export function readPickle(bytes: Uint8Array): PickleValue {
  if (bytes.length > pickleLimits.bytes) throw new PickleProblem('too_large', `longer than ${pickleLimits.bytes} bytes`);
  const machine = new PickleMachine(bytes);
  const value = machine.run((opcode, place) => {
    const name = refused[opcode];
    if (name !== undefined)
      throw new PickleProblem('code', `byte ${place} is ${name}: it could run code, and a file of accounts never needs it`);
    const step = steps[opcode];
    if (step === undefined) throw new PickleProblem('unknown', `byte ${place} (${hex(opcode)}) is no opcode of plain data`);
    step(machine);
  });
  if (depthOf(value, new Map()) > pickleLimits.depth) throw tooDeep();
  return value;
}

/** What cannot be data, by its opcode; the names are those of Python’s pickletools. */
const refused: Readonly<Record<string, string>> = {
  c: 'GLOBAL',
  '\x93': 'STACK_GLOBAL',
  R: 'REDUCE',
  b: 'BUILD',
  i: 'INST',
  o: 'OBJ',
  '\x81': 'NEWOBJ',
  '\x92': 'NEWOBJ_EX',
  '\x82': 'EXT1',
  '\x83': 'EXT2',
  '\x84': 'EXT4',
  P: 'PERSID',
  Q: 'BINPERSID',
  '\x97': 'NEXT_BUFFER',
  '\x98': 'READONLY_BUFFER',
};

const steps: Readonly<Record<string, (machine: PickleMachine) => void>> = {
  '\x80': (machine) => {
    const protocol = machine.uint(1);
    if (protocol > 5) throw new PickleProblem('unknown', `protocol ${protocol} is newer than 5`);
    machine.push(null);
    machine.dropTop();
  },
  // A frame only says how much may be read ahead.
  '\x95': (machine) => void machine.longLength(),
  '(': (machine) => machine.push(mark),
  '0': (machine) => machine.dropTop(),
  '1': (machine) => void machine.popMark(),
  '2': (machine) => machine.push(machine.top()),
  N: (machine) => machine.push(null),
  '\x88': (machine) => machine.push(true),
  '\x89': (machine) => machine.push(false),
  I: (machine) => {
    const text = machine.line();
    machine.push(text === '00' || text === '01' ? text === '01' : whole(text));
  },
  L: (machine) => machine.push(whole(machine.line().replace(/L$/, ''))),
  J: (machine) => machine.push(machine.int32()),
  K: (machine) => machine.push(machine.uint(1)),
  M: (machine) => machine.push(machine.uint(2)),
  '\x8a': (machine) => machine.push(littleEndian(machine.take(machine.uint(1)))),
  '\x8b': (machine) => machine.push(littleEndian(machine.take(machine.uint(4)))),
  F: (machine) => machine.push(Number(machine.line())),
  G: (machine) => machine.push(machine.float()),
  S: (machine) => machine.push(quoted(machine.line())),
  V: (machine) => machine.push(unescaped(machine.line())),
  U: (machine) => machine.push(text(machine.take(machine.uint(1)))),
  T: (machine) => machine.push(text(machine.take(machine.uint(4)))),
  X: (machine) => machine.push(text(machine.take(machine.uint(4)))),
  '\x8c': (machine) => machine.push(text(machine.take(machine.uint(1)))),
  '\x8d': (machine) => machine.push(text(machine.take(machine.longLength()))),
  C: (machine) => machine.push(machine.take(machine.uint(1))),
  B: (machine) => machine.push(machine.take(machine.uint(4))),
  '\x8e': (machine) => machine.push(machine.take(machine.longLength())),
  '\x96': (machine) => machine.push(machine.take(machine.longLength())),
  '}': (machine) => machine.push(new Map()),
  d: (machine) => machine.push(filled(new Map(), machine.popMark())),
  s: (machine) => {
    const value = machine.pop();
    const key = machine.pop();
    filled(machine.top(), [key, value]);
  },
  u: (machine) => {
    const items = machine.popMark();
    filled(machine.top(), items);
  },
  ']': (machine) => machine.push([]),
  l: (machine) => machine.push(machine.popMark()),
  a: (machine) => {
    const value = machine.pop();
    appended(machine.top(), [value]);
  },
  e: (machine) => {
    const items = machine.popMark();
    appended(machine.top(), items);
  },
  ')': (machine) => machine.push([]),
  t: (machine) => machine.push(machine.popMark()),
  '\x85': (machine) => machine.push([machine.pop()]),
  '\x86': (machine) => machine.push([machine.pop(), machine.pop()].reverse()),
  '\x87': (machine) => machine.push([machine.pop(), machine.pop(), machine.pop()].reverse()),
  p: (machine) => machine.remember(whole(machine.line())),
  q: (machine) => machine.remember(machine.uint(1)),
  r: (machine) => machine.remember(machine.uint(4)),
  '\x94': (machine) => machine.rememberNext(),
  g: (machine) => machine.recall(whole(machine.line())),
  h: (machine) => machine.recall(machine.uint(1)),
  j: (machine) => machine.recall(machine.uint(4)),
};

function filled(target: PickleValue, items: readonly PickleValue[]): PickleDict {
  if (!(target instanceof Map) || items.length % 2 !== 0) throw malformed('no dictionary to fill');
  for (let at = 0; at < items.length; at += 2) target.set(items[at] ?? null, items[at + 1] ?? null);
  return target;
}

function appended(target: PickleValue, items: readonly PickleValue[]): void {
  if (!Array.isArray(target)) throw malformed('no list to add to');
  for (const item of items) target.push(item);
}

function text(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Python 2 wrote bytes as they were typed.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** A Python string between its quotes, as protocol 0 writes it. */
function quoted(line: string): string {
  const inner = /^(['"])(.*)\1$/s.exec(line.trim())?.[2];
  if (inner === undefined) throw malformed('a text without its quotes');
  const letters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
  const plain = inner.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/gs, (_all, code?: string, letter = '') =>
    code === undefined ? (letters[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
  return text(Buffer.from(plain, 'latin1'));
}

/** Protocol 0 spells letters past Latin-1 as `\uXXXX`. */
function unescaped(line: string): string {
  return line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (all, short?: string, long?: string) => {
    const code = Number.parseInt(short ?? long ?? '', 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

function whole(line: string): number {
  if (!/^-?\d{1,300}$/.test(line)) throw malformed('no number');
  return Number(line);
}

/** Two’s complement, the lowest byte first; accounts have no number that needs to be exact past 2^53. */
function littleEndian(bytes: Uint8Array): number {
  if (bytes.length > 128) throw malformed('a number of that length');
  let value = 0n;
  for (const byte of [...bytes].reverse()) value = (value << 8n) | BigInt(byte);
  return Number(BigInt.asIntN(Math.max(8, bytes.length * 8), value));
}

/** How deep containers stand in each other; one that stands in itself is deep without end. Each is looked at once, however often it is meant. */
function depthOf(value: PickleValue, known: Map<PickleValue, number>, level = 1): number {
  if (!(value instanceof Map) && !Array.isArray(value)) return 0;
  const before = known.get(value);
  if (before !== undefined) return before;
  if (level > pickleLimits.depth) throw tooDeep();
  known.set(value, Number.POSITIVE_INFINITY);
  let deepest = 0;
  const parts = value instanceof Map ? [...value.keys(), ...value.values()] : value;
  for (const part of parts) deepest = Math.max(deepest, depthOf(part, known, level + 1));
  known.set(value, deepest + 1);
  return deepest + 1;
}

function hex(opcode: string): string {
  return `0x${opcode.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function tooDeep(): PickleProblem {
  return new PickleProblem('too_deep', `nested deeper than ${pickleLimits.depth}`);
}
