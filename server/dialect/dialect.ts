import type { ChatError } from '../protocol/errors.ts';
import type { Request, Result, ServerEvent } from '../protocol/index.ts';
import type { Capability } from '../protocol/capabilities.ts';
import type { Lang } from '../protocol/texts.ts';

/** One line from a client: the object it holds, and its text for those who relay source text. */
export interface Line {
  readonly object: Readonly<Record<string, unknown>>;
  readonly text: () => string;
}

/**
 * A spelling of the protocol: a translation at the edge that never adds a rule (protocol.md, head).
 * Null means "this dialect has no word for it": nothing is sent, or the line asks for nothing.
 * All texts end in a newline. Equal events are spelled once and shared by all sessions of the dialect and caps.
 */
export interface Dialect {
  readonly name: 'v1' | 'v2';
  /** Sessions over their rate are slowed instead of refused (protocol.md §2). */
  readonly isSlowedOverRate: boolean;
  /** Every request has an answer, and answers keep the order of the requests. */
  readonly isAnswering: boolean;
  /** How long lines of other charsets are taken: as windows-1252, or refused. */
  readonly fallbackCharset: 'windows-1252' | null;
  /** Throws ChatError; the error is answered with `error(thrown, null, …)`, or with the `ref` of the line. */
  decode(line: Line): Request | null;
  reply(request: Request, result: Result): string | null;
  error(error: ChatError, ref: string | undefined, lang: Lang): string | null;
  event(event: ServerEvent, caps: readonly Capability[]): string | null;
}
