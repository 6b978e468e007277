import { fstatSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { createLogger } from 'winston';
import { systemClock } from './clock.ts';
import { FileOutlet, givenDescriptor, RotatingFile } from './log-file.ts';
import { type Entry, jsonForm, redaction, textForm } from './log-format.ts';
import { type Outlet, outletTransport, StreamOutlet } from './log-outlet.ts';

export type LogLevel = keyof typeof levels;
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Says what happened, under a stable event name (`session.open`), with fields and mostly without a message: it is the event and its
 * `outcome` then. Fields `user`, `ip` and `port` are those of a client. Calls never throw, never wait, and never show a secret.
 */
export interface Log {
  debug(event: string, fields?: LogFields, message?: string): void;
  info(event: string, fields?: LogFields, message?: string): void;
  warn(event: string, fields?: LogFields, message?: string): void;
  error(event: string, fields?: LogFields, message?: string): void;
  /** Whether `debug` is written at all: hot paths ask before they collect fields. */
  readonly isDebug: boolean;
  /** Lines that were lost: the disk was full, the reader gone or too slow. */
  readonly dropped: number;
  /** Resolves when every line is written, or cannot be. What is said afterwards is lost. */
  close(): Promise<void>;
}

export interface LogOptions {
  /** `auto`: text on a terminal, JSON otherwise. */
  readonly format: 'auto' | 'text' | 'json';
  readonly level: LogLevel;
  /** Also writes here, 10 files of 10 MiB in turn; empty: nowhere. */
  readonly file: string;
  readonly isTerminal: boolean;
  /** Colours the level; by default on a terminal. */
  readonly hasColor?: boolean;
  /** Standard output, unless a test says otherwise. */
  readonly stream?: Writable;
  readonly service?: string;
  readonly now?: () => number;
  readonly rotation?: { readonly maxBytes: number; readonly maxFiles: number };
  /** Of what is told when `file` cannot be opened; English by default. */
  readonly lang?: 'en' | 'fr';
}

const levels = { error: 0, warn: 1, info: 2, debug: 3 } as const;
const tenOfTenMiB = { maxBytes: 10 * 1_048_576, maxFiles: 10 };

/** Throws CommandError `config` when `file` can never be opened. */
export function createLog(options: LogOptions): Log {
  const { format, level, file, isTerminal, service = 'classcord', now = systemClock.now } = options;
  const text = textForm(options.hasColor ?? isTerminal);
  const json = jsonForm(service);
  const places = [
    { outlet: outletOf(options.stream ?? process.stdout), form: format === 'text' || (format === 'auto' && isTerminal) ? text : json },
  ];
  if (file !== '') {
    const outlet = new FileOutlet(new RotatingFile(file, { ...(options.rotation ?? tenOfTenMiB), lang: options.lang }));
    places.push({ outlet, form: format === 'text' ? textForm(false) : json });
  }
  const transports = places.map(({ outlet, form }) => outletTransport(outlet, form));
  const logger = createLogger({ levels, level, format: redaction(), transports });
  let failed = 0;
  let closed: Promise<void> | null = null;

  logger.on('error', () => failed++);

  const say =
    (entryLevel: LogLevel) =>
    (event: string, fields: LogFields = {}, message?: string) => {
      if (levels[entryLevel] > levels[level]) return;
      try {
        const outcome = fields['outcome'];
        const entry: Entry = {
          level: entryLevel,
          at: now(),
          event,
          message: message ?? (typeof outcome === 'string' ? `${event} ${outcome}` : event),
          fields,
        };
        if (closed === null) logger.log(entry);
        else failed++;
      } catch {
        failed++; // A field that cannot be read: a getter that throws.
      }
    };

  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    isDebug: level === 'debug',
    get dropped() {
      return places.reduce((sum, { outlet }) => sum + outlet.dropped, failed);
    },
    close() {
      closed ??= new Promise<void>((resolve) => {
        logger.once('finish', () => resolve());
        logger.end();
      }).then(async () => {
        await Promise.all(places.map(({ outlet }) => outlet.close()));
      });
      return closed;
    },
  };
}

/** winston and Node write to a redirected standard output through a stream that dies at the first full disk: a descriptor does not. */
function outletOf(stream: Writable): Outlet {
  const { fd } = stream as { readonly fd?: unknown };
  return typeof fd === 'number' && fstatSync(fd).isFile() ? new FileOutlet(givenDescriptor(fd)) : new StreamOutlet(stream);
}
