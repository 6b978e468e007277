import { format, type Logform } from 'winston';

/** One line of the log before it has a form. */
export interface Entry {
  readonly level: string;
  readonly at: number;
  readonly event: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** First step of every line: what must never be read in a log is replaced, and only plain data goes on. */
export const redaction = format((info) => ({ ...info, fields: plain(entryOf(info).fields) }));

/** `2026-11-22T09:00:00.123Z warn  message key=value`, on one line whatever the values hold. */
export function textForm(hasColor: boolean): Logform.Format {
  return format.printf((info) => {
    const { at, level, message, fields } = entryOf(info);
    const word = level.padEnd(5);
    const head = `${new Date(at).toISOString()} ${hasColor ? `${colors[level] ?? ''}${word}\u001b[0m` : word}`;
    // What the message says already is not said twice.
    const rest = Object.entries(fields).filter(([key, value]) => value !== undefined && key !== 'outcome' && !message.includes(` ${key}=`));
    return `${head} ${visible([message, ...rest.map(([key, value]) => `${key}=${textValue(value)}`)].join(' '))}`;
  });
}

/** One JSON object with the names of the Elastic Common Schema where it has one, ours under `classcord.`. */
export function jsonForm(service: string): Logform.Format {
  return format.printf((info) => {
    const { at, level, message, event, fields } = entryOf(info);
    const head = { '@timestamp': new Date(at).toISOString(), 'log.level': level, message, 'event.action': event, 'service.name': service };
    const rest = Object.entries(fields).flatMap(([key, value]) => ecsFields(key, value));
    return visible(JSON.stringify({ ...head, ...Object.fromEntries(rest) }));
  });
}

/** Shows every character that would move a cursor, end a line or turn the reading direction as `\uXXXX`. JSON reads it back. */
export function visible(text: string): string {
  return text.replace(hidden, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const hidden = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

const colors: Readonly<Record<string, string>> = { error: '\u001b[31m', warn: '\u001b[33m', info: '\u001b[32m', debug: '\u001b[36m' };

const ecsNames: Readonly<Record<string, string>> = {
  user: 'user.name',
  ip: 'source.ip',
  port: 'source.port',
  outcome: 'event.outcome',
  reason: 'event.reason',
  code: 'error.code',
  pid: 'process.pid',
};

const secretKey = /passw|passphrase|token|secret|totp|authorization|cookie/i;
const deepest = 4;

/** winston types the members of a line as unknown; only `createLog` writes lines, and it writes entries. */
function entryOf(info: Logform.TransformableInfo): Entry {
  return info as unknown as Entry;
}

function plain(value: unknown, depth = 0): unknown {
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return plainError(value, depth);
  if (depth >= deepest) return '…';
  if (Array.isArray(value)) return value.map((element) => plain(element, depth + 1));
  const entries = Object.entries(value instanceof Map ? Object.fromEntries(value) : value);
  return Object.fromEntries(entries.map(([key, part]) => [key, secretKey.test(key) ? '[redacted]' : plain(part, depth + 1)]));
}

/** What of an error goes into a log; `isError` marks it for the forms. */
interface PlainError {
  readonly isError: true;
  readonly message: string;
  readonly type: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: unknown;
}

function plainError(error: Error & { readonly code?: unknown }, depth: number): PlainError {
  return {
    isError: true,
    message: error.message,
    type: error.name,
    ...(error.code === undefined ? {} : { code: String(error.code) }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth >= deepest ? {} : { cause: plain(error.cause, depth + 1) }),
  };
}

function isPlainError(value: unknown): value is PlainError {
  return typeof value === 'object' && value !== null && 'isError' in value;
}

function textValue(value: unknown): string {
  if (isPlainError(value)) return JSON.stringify(value.stack ?? value.message);
  if (typeof value === 'string') return /^[\p{L}\p{N}_.:/@#+%-]+$/u.test(value) ? value : JSON.stringify(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function ecsFields(key: string, value: unknown): [string, unknown][] {
  if (!isPlainError(value)) return [[ecsNames[key] ?? `classcord.${key}`, value]];
  if (key !== 'error') return [[`classcord.${key}`, value.message]];
  const { message, type, code, stack, cause } = value;
  return [
    ['error.message', message],
    ['error.type', type],
    ['error.code', code],
    ['error.stack_trace', stack],
    ['classcord.cause', isPlainError(cause) ? cause.message : cause],
  ];
}
