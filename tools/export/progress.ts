import type { Lang } from '../../server/protocol/texts.ts';

interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

const everyMs = 100;
const barWidth = 24;

/** `unit`: of what is counted, with the blank before it. */
interface ProgressOptions {
  readonly lang: Lang;
  readonly hasColor: boolean;
  readonly unit?: string;
}

/** A bar on a terminal, redrawn ten times a second at most and gone at the end; nothing elsewhere. */
export class Progress {
  readonly #screen: Screen;
  readonly #total: number;
  readonly #lang: Lang;
  readonly #hasColor: boolean;
  readonly #unit: string;
  readonly #startedAt = performance.now();
  #drawnAt = 0;

  constructor(screen: Screen, total: number, { lang, hasColor, unit = '' }: ProgressOptions) {
    this.#screen = screen;
    this.#total = total;
    this.#lang = lang;
    this.#hasColor = hasColor;
    this.#unit = unit;
  }

  /** So many are done. */
  at(done: number): void {
    const now = performance.now();
    if (this.#screen.isTTY !== true || now - this.#drawnAt < everyMs) return;
    this.#drawnAt = now;
    this.#screen.write(`\r\u001b[2K${this.#line(done, (now - this.#startedAt) / 1000)}`);
  }

  end(): void {
    if (this.#drawnAt > 0) this.#screen.write('\r\u001b[2K');
    this.#drawnAt = 0;
  }

  #line(done: number, seconds: number): string {
    const share = this.#total === 0 ? 1 : Math.min(1, done / this.#total);
    const filled = Math.round(share * barWidth);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
    const number = (value: number) => value.toLocaleString(this.#lang, { maximumFractionDigits: this.#unit === '' ? 0 : 1 });
    const text = `${Math.round(share * 100)} %  ${number(done)} / ${number(this.#total)}${this.#unit}  ${number(done / Math.max(seconds, 0.001))}${this.#unit}/s`;
    const line = `${this.#hasColor ? `\u001b[36m${bar}\u001b[0m` : bar} ${text}`;
    return barWidth + 1 + text.length < (this.#screen.columns ?? 80) ? line : text;
  }
}
