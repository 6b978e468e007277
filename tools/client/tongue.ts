import { answered } from '../../server/protocol/answered.ts';
import { ChatError, type ErrorCode, errorCodes } from '../../server/protocol/errors.ts';
import type { RequestType } from '../../server/protocol/index.ts';
import type { ChatEvent } from './events.ts';
import type { Line } from './link.ts';
import type { Sent, Stored } from './sent.ts';

/** A request before it is spelled: `type` and its fields. */
export type Question = { readonly type: RequestType } & Readonly<Record<string, unknown>>;

/** A generation of the protocol as a client speaks it over one link: it asks, says, and makes events of what it hears. */
export interface Tongue {
  readonly generation: 1 | 2;
  /** Resolves with the data of the answer, checked; rejects with a ChatError. */
  ask(question: Question): Promise<Line>;
  /** Resolves when the server has stored it (v1: when it is written). */
  say(sent: Sent): Promise<Stored>;
  /** Sends what has no answer. */
  tell(question: Question): void;
  hear(line: Line): void;
  /** The link is gone: everything asked fails. */
  end(error: ChatError): void;
}

export type Tell = (event: ChatEvent) => void;

/** The data of an answer, as its schema has it; a server that answers something else is at fault. */
export function checked(type: RequestType, line: Line): Line {
  const schema = (answered as Partial<Record<RequestType, (typeof answered)[keyof typeof answered]>>)[type];
  if (schema === undefined) return line;
  const parsed = schema.safeParse(line);
  if (parsed.success) return parsed.data as Line;
  const said = `the answer to ${type} has a wrong ${parsed.error.issues[0]?.path.join('.') ?? 'form'}`;
  throw new ChatError('internal', { said, cause: parsed.error });
}

/** The error that a line tells; a code of a newer server is `internal`, with the server's own words. */
export function errorOf(line: Line, otherwise: ErrorCode = 'internal'): ChatError {
  const { code, message, field, retry_after_ms: wait, fatal } = line;
  const known = typeof code === 'string' && Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : otherwise;
  return new ChatError(known, {
    ...(typeof message === 'string' && message !== '' ? { said: message } : {}),
    ...(typeof field === 'string' ? { field } : {}),
    ...(typeof wait === 'number' && Number.isFinite(wait) ? { retryAfterMs: Math.max(0, wait) } : {}),
    ...(typeof fatal === 'boolean' ? { fatal } : {}),
  });
}

/** What `say` was given as a place: a channel, or a person. */
export function isChannel(place: string): boolean {
  return place.startsWith('#');
}
