import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { type Keypress, KeypressReader } from './keypress.ts';

/** The keyboard side of a terminal. */
export interface Input {
  on(event: 'data', hear: (chunk: Buffer) => void): unknown;
  off(event: 'data', hear: (chunk: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
  setRawMode?(isRaw: boolean): unknown;
}

/** Other screen, bracketed paste, focus; and all of it back. */
const enter = '\u001b[?1049h\u001b[?2004h\u001b[?1004h\u001b[2J';
const mouseOn = '\u001b[?1000h\u001b[?1006h';
const mouseOff = '\u001b[?1006l\u001b[?1000l';
const leave = '\u001b[?1004l\u001b[?2004l\u001b[?25h\u001b[?1049l';
const enterLinear = '\u001b[?2004h';
const leaveLinear = '\u001b[?2004l\r\n';
/** An Escape that nothing follows for so long is the key. */
const escapeMs = 50;

export interface TerminalOptions {
  readonly input: Input;
  readonly output: { write(text: string): unknown };
  readonly onPress: (press: Keypress) => void;
  /** One line after the other instead of a screen. */
  readonly isLinear: boolean;
  /** The terminal knows no sequence at all (`TERM=dumb`). */
  readonly isBare: boolean;
}

/** The terminal while the client has it: raw keys in, and everything as it was at the end. */
export class Terminal {
  readonly #options: TerminalOptions;
  readonly #reader = new KeypressReader();
  readonly #decoder = new StringDecoder('utf8');
  #timer: NodeJS.Timeout | null = null;
  #isOurs = false;
  #hasMouse = false;

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  take(): void {
    if (this.#isOurs) return;
    const { input, output } = this.#options;
    this.#isOurs = true;
    input.setRawMode?.(true);
    input.resume();
    input.on('data', this.#hear);
    output.write(this.#marks[0]);
    if (this.#hasMouse) output.write(mouseOn);
  }

  /** The wheel and clicks come here instead of selecting text in the terminal. */
  listenToMouse(isOn: boolean): void {
    if (this.#options.isBare) return;
    this.#hasMouse = isOn;
    this.#options.output.write(isOn ? mouseOn : mouseOff);
  }

  giveBack(): void {
    if (!this.#isOurs) return;
    const { input, output } = this.#options;
    this.#isOurs = false;
    if (this.#hasMouse) output.write(mouseOff);
    output.write(this.#marks[1]);
    input.off('data', this.#hear);
    input.pause();
    input.setRawMode?.(false);
  }

  /** The text as somebody's own editor gave it back; null: it did not. */
  edited(text: string, env: Readonly<Record<string, string | undefined>>): string | null {
    const folder = mkdtempSync(join(tmpdir(), 'classcord-'));
    const path = join(folder, 'message.txt');
    writeFileSync(path, text, { mode: 0o600 });
    this.giveBack();
    const editor = env['VISUAL'] || env['EDITOR'] || 'vi';
    const { status } = spawnSync('sh', ['-c', `${editor} "$1"`, 'sh', path], { stdio: 'inherit' });
    this.take();
    const result = status === 0 ? readFileSync(path, 'utf8').replace(/\n$/, '') : null;
    rmSync(folder, { recursive: true, force: true });
    return result;
  }

  /** What is written when the terminal is taken, and when it is given back. */
  get #marks(): readonly [taken: string, given: string] {
    const { isLinear, isBare } = this.#options;
    return isBare ? ['', '\r\n'] : isLinear ? [enterLinear, leaveLinear] : [enter, leave];
  }

  readonly #hear = (chunk: Buffer): void => {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const press of this.#reader.read(this.#decoder.write(chunk))) this.#options.onPress(press);
    if (!this.#reader.isWaiting) return;
    this.#timer = setTimeout(() => {
      for (const press of this.#reader.flush()) this.#options.onPress(press);
    }, escapeMs);
  };
}

/** Puts a text into the clipboard of whoever sits at the terminal, however far away it is (OSC 52). */
export function copySequence(text: string): string {
  return `\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`;
}

/** A bell, and for terminals that show messages the message (OSC 9). */
export function notifySequence(title: string, text: string): string {
  const clean = `${title}: ${text}`.replace(/[\u0000-\u001f\u007f-\u009f;]/g, ' ').slice(0, 160);
  return `\u001b]9;${clean}\u0007\u0007`;
}
