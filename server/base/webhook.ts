import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Clock } from './clock.ts';

export interface WebhookParts {
  readonly url: string;
  readonly clock: Clock;
  /** What became of a notice: sent, refused for good or given up (`failed`), pushed out by newer ones (`dropped`). */
  readonly onOutcome: (outcome: WebhookOutcome, error: string | null) => void;
}

export const webhookOutcomes = ['sent', 'failed', 'dropped'] as const;
export type WebhookOutcome = (typeof webhookOutcomes)[number];

/** Waits before each further try. */
const waitsMs = [1000, 4000, 16_000, 64_000];
const answerMs = 5000;
/** Notices that wait while one is being tried; past it the oldest goes. */
const most = 16;

/** Posts JSON to an address of the operator’s, in order, one at a time, each tried five times in a minute and a half. Never throws, never waits. */
export class Webhook {
  readonly #parts: WebhookParts;
  readonly #waiting: string[] = [];
  readonly #closed = new AbortController();
  #cancelWait: () => void = () => undefined;
  #isBusy = false;

  constructor(parts: WebhookParts) {
    this.#parts = parts;
  }

  send(notice: object): void {
    if (this.#closed.signal.aborted) return;
    if (this.#waiting.length >= most) {
      this.#waiting.shift();
      this.#parts.onOutcome('dropped', null);
    }
    this.#waiting.push(JSON.stringify(notice));
    this.#next();
  }

  /** What was not sent is not sent. */
  close(): void {
    this.#waiting.length = 0;
    this.#cancelWait();
    this.#closed.abort();
  }

  #next(): void {
    const body = this.#isBusy ? undefined : this.#waiting.shift();
    if (body === undefined) return;
    this.#isBusy = true;
    this.#try(body, 0);
  }

  #try(body: string, tries: number): void {
    this.#post(body).then(
      (status) => {
        const error = `HTTP ${status}`;
        if (status >= 200 && status < 300) this.#done('sent', null);
        else if (status === 429 || status >= 500) this.#later({ body, tries, error });
        else this.#done('failed', error);
      },
      (error: unknown) => this.#later({ body, tries, error: error instanceof Error ? error.message : String(error) }),
    );
  }

  #later({ body, tries, error }: { body: string; tries: number; error: string }): void {
    if (this.#closed.signal.aborted) return;
    const waitMs = waitsMs[tries];
    if (waitMs === undefined) this.#done('failed', error);
    else this.#cancelWait = this.#parts.clock.after(waitMs, () => this.#try(body, tries + 1));
  }

  #done(outcome: WebhookOutcome, error: string | null): void {
    this.#isBusy = false;
    this.#parts.onOutcome(outcome, error);
    this.#next();
  }

  /** Its HTTP status. A connection of its own each time: nothing is kept open between two alerts. */
  #post(body: string): Promise<number> {
    const { url, clock } = this.#parts;
    const late = new AbortController();
    const cancelLate = clock.after(answerMs, () => late.abort(new Error(`no answer within ${answerMs} ms`)));
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    return new Promise<number>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'classcord' };
      const signal = AbortSignal.any([late.signal, this.#closed.signal]);
      const asked = send(url, { method: 'POST', headers, agent: false, signal }, (answer) => {
        answer.on('error', () => undefined).resume();
        resolve(answer.statusCode ?? 0);
      });
      asked.on('error', (error) => reject(late.signal.aborted ? late.signal.reason : error));
      asked.end(body);
    }).finally(cancelLate);
  }
}
