import type { ChatError } from '../protocol/errors.ts';
import type { Request, Result, ServerEvent } from '../protocol/index.ts';
import type { ResultLines } from '../protocol/result.ts';
import type { Lang } from '../protocol/texts.ts';

/** One line from a client: the object it holds, and its text for those who relay source text. */
export interface Line {
  readonly object: Readonly<Record<string, unknown>>;
  readonly text: () => string;
}

/**
 * A spelling of the protocol: a translation at the edge that never adds a rule.
 * Null means "this dialect has no word for it": nothing is sent, or the line asks for nothing.
 * All texts end in a newline. An event is spelled once and shared by all sessions of the dialect.
 */
export interface Dialect {
  readonly name: 'v1' | 'v2' | 'plain' | 'roomchat';
  /** Sessions over their rate are slowed instead of refused (protocol.md §2). */
  readonly isSlowedOverRate: boolean;
  /** Every request has one answer, and answers keep the order of the requests. */
  readonly isAnswering: boolean;
  /** It can say which messages were left out for a client that reads too slowly. */
  readonly hasGaps: boolean;
  /** Its lines are 7-bit ASCII: string offsets are byte offsets. */
  readonly isAscii: boolean;
  /** The server may ping it, with a line of the dialect or by the link’s own means. */
  readonly isPinged: boolean;
  /** The client has said goodbye: what it was owed is sent, and nothing more is read. */
  readonly hasLeft?: boolean;
  /** How lines that are not UTF-8 are read; null refuses them. */
  readonly fallbackCharset: 'windows-1252' | null;
  /** Throws ChatError when the line is no request. */
  decode(line: Line): Request | null;
  reply(request: Request, result: Result | ResultLines): string | null;
  /** `about` is the request, or the line's object when it is no request. */
  error(error: ChatError, about: Readonly<Record<string, unknown>> | null, lang: Lang): string | null;
  event(event: ServerEvent): string | null;
}
