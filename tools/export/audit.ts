import { userInfo } from 'node:os';
import Sqlite from 'better-sqlite3';
import { CommandError } from '../../server/base/exit-codes.ts';
import { visible } from '../../server/base/log-format.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import { auditAppender } from '../../server/store/sqlite/audit.ts';
import type { AuditDraft } from '../../server/store/store.ts';
import type { ExportRequest } from './request.ts';
import type { Sources } from './source.ts';
import { say } from './texts.ts';

const patienceMs = 5000;

/**
 * Notes who takes private messages out, before the first of them is read: a row of the table `audit`, and a line on standard error.
 * Throws when it cannot be noted: then nothing is exported.
 */
export function audit(file: string, audited: Sources['audited'], { request, lang }: { request: ExportRequest; lang: Lang }): string[] {
  const { format, user, from, before } = request;
  const actor = actorName();
  const at = new Date();
  const detail = { format, user, since: from, until: before };
  const lines = audited.map(({ action, subject }) =>
    visible(`${at.toISOString()} audit ${action} actor=${actor} subject=${JSON.stringify(subject)}`),
  );
  try {
    const db = new Sqlite(file, { fileMustExist: true, timeout: patienceMs });
    try {
      db.pragma('synchronous = FULL');
      const schema = db.pragma('user_version', { simple: true }) as number;
      if (schema < 2) throw new CommandError('failed', say(lang, 'no_audit_table'));
      const append = schema < chainedSchema ? unchained(db) : auditAppender(db);
      db.transaction(() => {
        for (const { action, subject } of audited) append({ action, actor, subject, detail, at: at.getTime() });
      }).immediate();
    } finally {
      db.close();
    }
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    const { message = String(cause) } = cause as Partial<Error>;
    throw new CommandError('failed', say(lang, 'not_audited', { detail: message }), { cause });
  }
  return lines;
}

/** The schema from which on rows of the audit are chained; those before it are covered by the first that is. */
const chainedSchema = 5;

function unchained(db: Sqlite.Database): (draft: AuditDraft) => void {
  const insert = db.prepare('INSERT INTO audit (at, action, actor, subject, detail) VALUES (?, ?, ?, ?, ?)');
  return ({ at, action, actor, subject, detail }) => insert.run(new Date(at).toISOString(), action, actor, subject, JSON.stringify(detail));
}

/** The operator behind this process. In a container the user often has a number and no name. */
function actorName(): string {
  try {
    return `operator:${userInfo().username}`;
  } catch {
    return `operator:${process.getuid?.() ?? 'unknown'}`;
  }
}
