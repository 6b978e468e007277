import assert from 'node:assert/strict';
import { dispatch } from '../../server/commands/dispatch.ts';
import type { RequestTable } from '../../server/commands/row.ts';
import { classcordV2 } from '../../server/dialect/classcord-v2.ts';
import type { Dialect } from '../../server/dialect/dialect.ts';
import type { Person } from '../../server/domain/people.ts';
import { serverRoles } from '../../server/domain/permissions.ts';
import type { House } from '../../server/house.ts';
import { cleanTags, cleanText } from '../../server/protocol/clean.ts';
import { ChatError } from '../../server/protocol/errors.ts';
import type { RequestOf } from '../../server/protocol/index.ts';
import type { MessageEvent } from '../../server/protocol/messages.ts';
import { Session } from '../../server/session/session.ts';
import { doorOf } from '../../server/transport/door.ts';
import type { GuardedLine } from '../../server/transport/line-guard.ts';
import { LineQueue } from '../../server/transport/line-queue.ts';
import { PlainLines } from '../../server/transport/plain-lines.ts';
import type { Batch } from './batch.ts';
import type { Chance } from './chance.ts';
import { plainLine, v1Line, v2Line } from './clean-lines.ts';
import { MemoryConnection, placeOf } from './served-batch.ts';

/** Lines on the way from bytes to dispatch, and from a message to the lines that others get, without anything else of the server. */
export class LineBench {
  readonly #house: House;
  readonly #table: RequestTable;
  /** Nobody, and somebody of each role. */
  readonly #people: readonly (Person | null)[];
  readonly #listener: Dialect;
  requests = 0;
  refused = 0;
  dispatched = 0;
  spelled = 0;

  constructor(house: House) {
    this.#house = house;
    this.#listener = house.plain();
    // Who speaks is made, and joins, by the store: batches that are served do that.
    const { prepare: _prepare, ...message } = house.table.message;
    this.#table = { ...house.table, message };
    this.#people = [
      null,
      ...serverRoles.map((role) => ({ key: `u${role}`, name: role, fold: role, role, accountId: role === 'guest' ? null : 1 })),
    ];
  }

  run({ tongue, pieces }: Batch, chance: Chance): void {
    const house = this.#house;
    doorOf(pieces[0] as Buffer);
    const dialect = tongue === 'plain' ? house.plain() : tongue === 'v2' ? classcordV2 : house.v1;
    const session = new Session(new MemoryConnection(), placeOf(house), { dialect, lang: 'en', now: 0 });
    session.person = chance.pick(this.#people);
    const lines = tongue === 'plain' ? new PlainLines() : new LineQueue(house.parser);
    const limit = session.person === null ? house.limits.lineBytesUnnamed : house.limits.lineBytes;
    for (const piece of pieces) {
      lines.push(piece);
      for (let line = lines.take(16, limit); line !== undefined; line = lines.take(16, limit)) this.#handle(session, line);
    }
  }

  #handle(session: Session, line: GuardedLine): void {
    const { dialect } = session;
    try {
      if ('error' in line) throw new ChatError(line.error, { params: { limit: 1 } });
      if (!line.isUtf8 && dialect.fallbackCharset === null) throw new ChatError('invalid_utf8');
      const request = dialect.decode(line);
      if (request === null) return;
      this.requests += 1;
      if (request.type === 'message') this.#spell(request);
      dispatch(this.#table, session, request);
      this.dispatched += 1;
    } catch (thrown) {
      const error = ChatError.from(thrown);
      if (error.code === 'internal') throw new Error(`thrown at ${shown(line)}`, { cause: thrown });
      this.refused += 1;
      check(dialect, dialect.error(error, 'error' in line ? null : line.object, 'fr'), true);
    }
  }

  /** The message as each dialect tells it to others. */
  #spell(said: RequestOf<'message'>): void {
    const base = {
      type: 'message',
      id: 7,
      seq: 3,
      at: 1_764_000_000_000,
      from: 'bob',
      mentions: undefined,
      replyTo: said.reply_to,
    } as const;
    const text = { content: cleanText(said.content), tags: cleanTags(said.tags), legacy: said.legacy };
    const event: MessageEvent =
      said.to === undefined
        ? { ...base, ...text, subtype: 'global', channel: '#general', isChannelNamed: said.channel !== undefined }
        : { ...base, ...text, subtype: 'private', to: 'alice' };
    for (const dialect of [this.#house.v1, classcordV2, this.#listener]) check(dialect, dialect.event(event), false);
    this.spelled += 1;
  }
}

/** A text that a dialect made is whole lines, each as that dialect's clients may get it. */
function check(dialect: Dialect, text: string | null, isAnswer: boolean): void {
  if (text === null) return;
  assert.ok(text.endsWith('\n'), JSON.stringify(text));
  const rows = text.slice(0, -1).split('\n');
  if (dialect.name !== 'plain') assert.equal(rows.length, 1, `several lines: ${JSON.stringify(text)}`);
  for (const row of rows) {
    if (dialect.name === 'v1') v1Line(Buffer.from(row), isAnswer);
    else if (dialect.name === 'v2') v2Line(Buffer.from(row));
    else plainLine(Buffer.from(row));
  }
}

function shown(line: GuardedLine): string {
  return 'error' in line ? line.error : line.text();
}
