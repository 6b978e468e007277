import type { History } from '../domain/history.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import { JsonText, ResultLines } from '../protocol/result.ts';
import type { Session } from '../session/session.ts';
import { named } from './named.ts';

/** The requests of history. */
export function historyCommands(history: History) {
  return {
    async history(session: Session, request: RequestOf<'history'>): Promise<ResultLines> {
      const { source, page } = await history.page(named(session), request, session.dialect.name === 'roomchat');
      const place = source.kind === 'channel' ? { channel: source.name } : { with: source.name };
      const end = { first_seq: page.firstSeq, last_seq: page.lastSeq, complete: page.isComplete };
      return new ResultLines(page.chunks.map((chunk) => ({ ...place, messages: new JsonText(chunk), ...end })));
    },

    /** Beside each other messages of several channels: each names its own, and there is no first and last `seq`. */
    async search(session: Session, request: RequestOf<'search'>): Promise<ResultLines> {
      const { chunks, isComplete } = await history.search(named(session), request);
      return new ResultLines(chunks.map((chunk) => ({ messages: new JsonText(chunk), complete: isComplete })));
    },

    async conversations(session: Session): Promise<Result> {
      const listed = await history.conversations(named(session));
      return { conversations: listed.map(({ with: other, lastSeq, unread, last }) => ({ with: other, last_seq: lastSeq, unread, last })) };
    },
  };
}
