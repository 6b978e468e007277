import { type Lang, type TextKey, type TextParams, text } from './texts.ts';

/** What every error code means to a program: one row each, only ever added (protocol.md §4). */
export interface ErrorRow {
  /** The connection is closed after it. */
  readonly fatal: boolean;
  /** The same request may succeed later, unchanged. */
  readonly retryable: boolean;
  /** Status of the same refusal over HTTP. */
  readonly http: number;
  /** Exit code of a command that ends with it (`docs/operations.md`). */
  readonly exit: number;
  /** One sentence for the documentation. */
  readonly doc: string;
}

const row = (http: number, exit: number, doc: string, flags = ''): ErrorRow => ({
  fatal: flags.includes('fatal'),
  retryable: flags.includes('retry'),
  http,
  exit,
  doc,
});

export const errorCodes = {
  bad_json: row(400, 2, 'The line is not one JSON object within the limits of depth and keys.'),
  invalid_utf8: row(400, 2, 'The line is not valid UTF-8.'),
  line_too_long: row(413, 2, 'The line is longer than the server accepts.', 'fatal'),
  unknown_type: row(400, 2, 'The server does not know this `type`.'),
  invalid_field: row(422, 2, 'A field is missing or has a wrong form; `field` names it.'),
  not_authenticated: row(401, 5, 'The request needs a login first.'),
  login_failed: row(401, 5, 'Unknown user or wrong password.'),
  already_exists: row(409, 7, 'An account of that name exists.'),
  name_taken: row(409, 7, 'Somebody present wears that name.'),
  invalid_name: row(422, 2, 'The name breaks the naming rule.'),
  weak_password: row(422, 2, 'The password breaks the password policy.'),
  totp_required: row(401, 5, 'The account needs its six digits too.'),
  totp_failed: row(401, 5, 'The six digits are wrong or were used before.'),
  session_expired: row(401, 5, 'The token or session is no longer valid.'),
  tls_required: row(403, 5, 'This server serves encrypted connections only.', 'fatal'),
  forbidden: row(403, 5, 'The role of the asker does not allow it.'),
  muted: row(403, 5, 'The asker is muted.'),
  banned: row(403, 5, 'The asker is banned.'),
  not_member: row(403, 5, 'The asker is not a member of the channel.'),
  read_only: row(403, 5, 'The channel takes no messages from the asker.'),
  not_found: row(404, 6, 'There is no such person, channel or thing.'),
  conflict: row(409, 7, 'The thing changed meanwhile, or exists already.'),
  gone: row(410, 6, 'The thing was deleted.'),
  too_large: row(413, 2, 'The content is larger than allowed.'),
  quota_exceeded: row(429, 5, 'A daily or total allowance is used up.', 'retry'),
  rate_limited: row(429, 5, 'Too many requests; try again after `retry_after_ms`.', 'retry'),
  slow_mode: row(429, 5, 'The channel is in slow mode; try again after `retry_after_ms`.', 'retry'),
  slow_consumer: row(503, 8, 'The client reads too slowly and was cut off.', 'fatal retry'),
  server_busy: row(503, 8, 'A queue of the server is full; try again after `retry_after_ms`.', 'retry'),
  too_many_connections: row(503, 8, 'No more connections are accepted now.', 'fatal retry'),
  idle_timeout: row(408, 8, 'Nothing was heard for too long.', 'fatal retry'),
  draining: row(503, 8, 'The server is shutting down.', 'fatal retry'),
  storage_unavailable: row(503, 8, 'The message could not be stored, so nobody has seen it.', 'retry'),
  unreachable: row(
    503,
    8,
    'The server cannot be reached, or was lost before it answered. Clients say this; the server never does.',
    'retry',
  ),
  server_changed: row(
    502,
    9,
    'The server is not the one that was known, or could not prove who it is. Clients say this; the server never does.',
  ),
  internal: row(500, 70, 'A fault of the server; details are in its log only.', 'retry'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorDetails {
  /** What somebody else said already, instead of a text of ours: a client passes on the words of its server. */
  readonly said?: string;
  /** Another text than the code's own. */
  readonly text?: TextKey;
  readonly params?: TextParams;
  /** The field that is wrong (`invalid_field`). */
  readonly field?: string;
  readonly retryAfterMs?: number;
  /** Overrides the table: this time the connection ends. */
  readonly fatal?: boolean;
  readonly cause?: unknown;
}

/** The one error that is told to a client. Anything else that is thrown becomes `internal`. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.said ?? text('en', details.text ?? code, errorParams(details)), { cause: details.cause });
    this.code = code;
    this.details = details;
  }

  get fatal(): boolean {
    return this.details.fatal ?? errorCodes[this.code].fatal;
  }

  /** The text for people, in their language. */
  textIn(lang: Lang): string {
    return this.details.said ?? text(lang, this.details.text ?? this.code, errorParams(this.details));
  }

  /** Whatever was thrown, as something that may be told: unknown failures say `internal` and nothing else. */
  static from(thrown: unknown): ChatError {
    return thrown instanceof ChatError ? thrown : new ChatError('internal', { cause: thrown });
  }
}

function errorParams(details: ErrorDetails): TextParams {
  const seconds = Math.max(1, Math.ceil((details.retryAfterMs ?? 0) / 1000));
  return { field: details.field ?? '', seconds, ...details.params };
}
