/** What the keyboard said: a key by its name (`ctrl+n`, `alt+a`, `page-up`), typed text, or pasted text. */
export type Keypress =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'focus'; readonly isFocused: boolean }
  /** A button or the wheel; row and column count from 0. */
  | { readonly kind: 'mouse'; readonly what: 'click' | 'wheel-up' | 'wheel-down'; readonly row: number; readonly column: number };

const pasteStart = '\u001b[200~';
const pasteEnd = '\u001b[201~';
/** Longest paste that is taken; what comes after is dropped with it. */
const mostPasted = 256 * 1024;

const letters: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'shift+tab',
};
const numbers: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'page-up',
  6: 'page-down',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};
const singles: Readonly<Record<string, string>> = { '\r': 'enter', '\t': 'tab', '\u007f': 'backspace', '\b': 'backspace', '\n': 'ctrl+j' };

const csi = /^\u001b\[([0-9;<=>?]*)([ -/]*)([@-~])/;
const ss3 = /^\u001bO([A-Z])/;
const printable = /^[^\u0000-\u001f\u007f]+/;

/** Cuts what arrives on standard input into key presses. A sequence may come in pieces; a lone Escape is told by `flush`. */
export class KeypressReader {
  #rest = '';
  #pasted: string | null = null;

  /** Whether something was begun: an Escape that may yet become a sequence. */
  get isWaiting(): boolean {
    return this.#rest !== '';
  }

  read(text: string): Keypress[] {
    this.#rest += text;
    const found: Keypress[] = [];
    while (this.#rest !== '') {
      if (this.#pasted !== null) {
        if (!this.#takePaste(found)) break;
        continue;
      }
      const taken = this.#takeOne(found);
      if (taken === 0) break;
      this.#rest = this.#rest.slice(taken);
    }
    return found;
  }

  /** Nothing followed for a while: what waits is an Escape key, and what came after it was typed. */
  flush(): Keypress[] {
    if (this.#rest === '' || this.#pasted !== null) return [];
    const rest = this.#rest;
    this.#rest = '';
    const after = rest.slice(1);
    return [{ kind: 'key', key: 'escape' }, ...(after === '' ? [] : new KeypressReader().read(after))];
  }

  #takePaste(found: Keypress[]): boolean {
    const pasted = (this.#pasted ?? '') + this.#rest;
    const end = pasted.indexOf(pasteEnd);
    if (end < 0) {
      // The end mark itself may be cut in two: a paste too long keeps only its beginning and the last few characters.
      this.#pasted = pasted.length > mostPasted ? pasted.slice(0, mostPasted - pasteEnd.length) + pasted.slice(-pasteEnd.length) : pasted;
      this.#rest = '';
      return false;
    }
    this.#pasted = null;
    this.#rest = pasted.slice(end + pasteEnd.length);
    found.push({ kind: 'paste', text: pasted.slice(0, end).replace(/\r\n?/g, '\n') });
    return true;
  }

  /** How many characters were a whole key press; 0: more is needed. */
  #takeOne(found: Keypress[]): number {
    const rest = this.#rest;
    const [typed] = printable.exec(rest) ?? [];
    if (typed !== undefined) {
      found.push({ kind: 'text', text: typed });
      return typed.length;
    }
    if (!rest.startsWith('\u001b')) {
      found.push({ kind: 'key', key: controlName(rest[0] ?? '') });
      return 1;
    }
    if (rest.startsWith(pasteStart)) {
      this.#pasted = '';
      return pasteStart.length;
    }
    return takeEscape(rest, found);
  }
}

function takeEscape(rest: string, found: Keypress[]): number {
  const sequence = csi.exec(rest);
  if (sequence !== null) {
    const press = csiPress(sequence[1] ?? '', sequence[3] ?? '');
    if (press !== null) found.push(press);
    return sequence[0].length;
  }
  const function3 = ss3.exec(rest);
  if (function3 !== null) {
    const key = letters[function3[1] ?? ''];
    if (key !== undefined) found.push({ kind: 'key', key });
    return function3[0].length;
  }
  if (rest === '\u001b' || rest === '\u001bO' || /^\u001b\[[0-9;<=>?]*[ -/]*$/.test(rest)) return 0;
  const next = rest[1] ?? '';
  if (next === '[' || next === '\u001b') {
    found.push({ kind: 'key', key: 'escape' });
    return 1;
  }
  const [point = ''] = rest.slice(1);
  const isControl = point < ' ' || point === '\u007f';
  found.push({ kind: 'key', key: `alt+${isControl ? controlName(point) : point.toLowerCase()}` });
  return 1 + point.length;
}

/** `ESC [ 1 ; 5 C` is Ctrl+Right; `ESC [ 13 ; 3 u` is Alt+Enter of terminals that tell modifiers. */
function csiPress(parameters: string, final: string): Keypress | null {
  if (final === 'M' || final === 'm') return mousePress(parameters, final);
  if (final === 'I' || final === 'O') return parameters === '' ? { kind: 'focus', isFocused: final === 'I' } : null;
  const [first = '', modifier = '1'] = parameters.split(';');
  const name = final === '~' ? numbers[first] : final === 'u' ? unicodeName(first) : letters[final];
  if (name === undefined) return null;
  const bits = Number(modifier) - 1;
  const modifiers = [bits & 4 ? 'ctrl' : '', bits & 2 ? 'alt' : '', bits & 1 ? 'shift' : ''].filter(Boolean);
  return { kind: 'key', key: [...modifiers, name].join('+') };
}

/** `ESC [ < button ; column ; row M`; a release, a move and other buttons say nothing. */
function mousePress(parameters: string, final: string): Keypress | null {
  const [, button = '', column = '', row = ''] = /^<(\d+);(\d+);(\d+)$/.exec(parameters) ?? [];
  const what = ({ 0: 'click', 64: 'wheel-up', 65: 'wheel-down' } as const)[button];
  if (what === undefined || final === 'm') return null;
  return { kind: 'mouse', what, row: Number(row) - 1, column: Number(column) - 1 };
}

function unicodeName(code: string): string | undefined {
  const point = Number(code);
  if (!Number.isInteger(point) || point <= 0 || point > 0x10ffff) return undefined;
  const character = String.fromCodePoint(point);
  if (point === 27) return 'escape';
  if (point === 32) return 'space';
  return singles[character] ?? (point > 32 ? character.toLowerCase() : undefined);
}

function controlName(character: string): string {
  const single = singles[character];
  if (single !== undefined) return single;
  const code = character.charCodeAt(0);
  if (code === 0) return 'ctrl+space';
  return code <= 26 ? `ctrl+${String.fromCharCode(code + 96)}` : `ctrl+${String.fromCharCode(code + 64).toLowerCase()}`;
}
