import { operatorActor } from '../../server/domain/people.ts';
import type { TestServer } from './server.ts';

/** Who stands outside in tests. */
export const operator = operatorActor('test');

/** The operator gives an account a role. */
export async function promote(server: TestServer, name: string, role: 'admin' | 'moderator' | 'user'): Promise<void> {
  await server.app.moderation.roles.set(operator, name, role);
}

/** Everything in the audit, the oldest first. */
export async function auditOf(server: TestServer) {
  const rows = await server.app.moderation.audit.list({ limit: 1000 });
  return rows.toReversed().map(({ action, actorName, subjectName, detail }) => ({ action, actorName, subjectName, detail }));
}
