import type { Edits } from '../domain/edits.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import type { ResultLines } from '../protocol/result.ts';
import type { Session } from '../session/session.ts';
import { named } from './named.ts';
import { pagesOf } from './pages.ts';

/** The requests that change messages. */
export function editCommands(edits: Edits, mostBytes: number) {
  return {
    async edit(session: Session, { id, content }: RequestOf<'edit'>): Promise<Result> {
      const { message, revision, at } = await edits.edit(named(session), id, content);
      return { id, seq: message.seq, revision, timestamp: new Date(at).toISOString() };
    },

    async delete(session: Session, { id, reason }: RequestOf<'delete'>): Promise<Result> {
      const { seq } = await edits.delete(named(session), id, reason);
      return { id, seq };
    },

    async revisions(session: Session, { id }: RequestOf<'revisions'>): Promise<ResultLines> {
      const revisions = await edits.revisions(named(session), id);
      const listed = revisions.map(({ revision, content, changedBy, reason, timestamp }) => ({
        revision,
        content,
        changed_by: changedBy,
        ...(reason === null ? {} : { reason }),
        timestamp,
      }));
      return pagesOf('revisions', listed, { place: { id }, mostBytes });
    },
  };
}
