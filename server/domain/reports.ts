import { LRUCache } from 'lru-cache';
import { cleanLine } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import { wire } from '../protocol/limits.ts';
import type { Report } from '../store/store.ts';
import { isStaff } from './admittance.ts';
import type { ModerationParts } from './moderation.ts';
import type { Actor, Named } from './people.ts';
import { demand } from './permissions.ts';

/** So many open reports are listed. */
const mostListed = 500;

/** Messages that people hold before the moderators; only what was reported of a private conversation is ever shown to them. */
export class Reports {
  readonly #parts: ModerationParts;
  /** Who was shown which report already: the first look leaves a row in the audit. */
  readonly #shown = new LRUCache<string, true>({ max: 10_000 });

  #openCount = 0;

  constructor(parts: ModerationParts) {
    this.#parts = parts;
  }

  /** Reports that nobody has closed. */
  get openCount(): number {
    return this.#openCount;
  }

  async load(): Promise<void> {
    this.#openCount = await this.#parts.store.reports.countOpen();
  }

  /** Reports a message that the caller can read, and tells the staff. Throws `conflict` the second time, `quota_exceeded`. */
  async report(caller: Named, id: number, why: string): Promise<number> {
    const { store, reach, clock, bus, roster } = this.#parts;
    const { message, isOwn } = await reach.message(caller, id);
    if (isOwn) throw new ChatError('invalid_field', { field: 'id' });
    if (message.isDeleted) throw new ChatError('gone');
    const reason = cleanLine(why);
    if (reason === '') throw new ChatError('invalid_field', { field: 'reason' });
    const { key, name } = caller.person;
    const at = clock.now();
    const added = await store.reports.add({ messageId: id, by: key, byName: name, reason, at, most: wire.openReports });
    if (added === 'again') throw new ChatError('conflict', { text: 'reported_before' });
    if (added === 'full') throw new ChatError('quota_exceeded', { text: 'too_many_reports', params: { limit: wire.openReports } });
    this.#openCount += 1;
    const event = { type: 'reported', report: added.id, id, by: name, reason, at } as const;
    for (const { person } of [...roster.all()]) if (isStaff(person.role)) bus.publish({ to: { person: person.key }, event });
    return added.id;
  }

  /** The open ones, the oldest first. Whoever sees a report for the first time leaves a row in the audit before seeing it. */
  async open(by: Actor): Promise<readonly Report[]> {
    demand('report.read', by);
    const reports = await this.#parts.store.reports.open(mostListed);
    const unseen = reports.filter(({ id }) => !this.#shown.has(`${by.key} ${id}`));
    await this.#note(
      by,
      'report.read',
      unseen.filter(({ kind }) => kind === 'channel'),
    );
    await this.#note(
      by,
      'report.read_private',
      unseen.filter(({ kind }) => kind === 'private'),
    );
    return reports;
  }

  /** Closes one. Throws `forbidden`, `not_found`. */
  async resolve(by: Actor, id: number): Promise<void> {
    demand('report.read', by);
    const isClosed = await this.#parts.store.reports.resolve({ id, by: by.key, at: this.#parts.clock.now() });
    if (!isClosed) throw new ChatError('not_found');
    this.#openCount -= 1;
    this.#parts.audit.done(by, 'report.resolve');
  }

  async #note(by: Actor, action: 'report.read' | 'report.read_private', looked: readonly Report[]): Promise<void> {
    if (looked.length === 0) return;
    const ids = looked.map(({ id }) => id);
    await this.#parts.audit.note(by, { action, subject: 'reports', detail: { reports: ids } });
    for (const id of ids) this.#shown.set(`${by.key} ${id}`, true);
  }
}
