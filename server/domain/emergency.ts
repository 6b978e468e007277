import { cleanLine } from '../protocol/clean.ts';
import { type Level, levels } from '../protocol/moderation.ts';
import { afterSentence, isStaff } from './admittance.ts';
import type { ModerationParts } from './moderation.ts';
import type { Actor } from './people.ts';
import { demand } from './permissions.ts';
import { SanctionEffects } from './sanction-effects.ts';

/** Under which name the store keeps it. */
const stateName = 'level';

/** The emergency level: 5 open, 4 no new accounts and channels, 3 guests only read, 2 only the staff speaks, 1 staff only. */
export class Emergency {
  readonly #parts: ModerationParts;
  readonly #effects: SanctionEffects;

  constructor(parts: ModerationParts) {
    this.#parts = parts;
    this.#effects = new SanctionEffects(parts);
  }

  get level(): Level {
    return this.#parts.admittance.level;
  }

  /** Why it is so; empty: nobody said. */
  get reason(): string {
    return this.#parts.admittance.levelReason;
  }

  /** The level of before the restart: an emergency does not end by one. */
  async load(): Promise<void> {
    const { store, admittance } = this.#parts;
    const [stored = '', ...words] = ((await store.state.get(stateName)) ?? '').split(' ');
    admittance.level = levels.find((level) => level === Number(stored)) ?? 5;
    admittance.levelReason = words.join(' ');
  }

  /** Sets it for everybody at once. Throws `forbidden`. */
  async set(by: Actor, level: Level, reason?: string): Promise<void> {
    demand('server.level', by);
    const { store, admittance, audit, bus } = this.#parts;
    const before = admittance.level;
    const why = cleanLine(reason ?? '');
    const detail = { level, before, ...(why === '' ? {} : { reason: why }) };
    const draft = audit.draft(by, { action: 'server.level', subject: 'server', detail });
    await store.state.set({ name: stateName, value: `${level} ${why}`.trimEnd(), audit: draft });
    admittance.level = level;
    admittance.levelReason = why;
    audit.done(by, 'server.level');
    if (level === before) return;
    bus.publish({ to: { everyone: true }, event: { type: 'level', level, by: by.name, reason: why || undefined } });
    bus.publish({ to: { everyone: true }, event: { type: 'notice', text: `level_set_${level}`, params: { reason: afterSentence(why) } } });
    if (level === 1) this.#effects.endAll(({ person }) => !isStaff(person.role));
  }
}
