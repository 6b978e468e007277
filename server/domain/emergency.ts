import { cleanLine } from '../protocol/clean.ts';
import { type Level, levels } from '../protocol/moderation.ts';
import { isStaff } from './admittance.ts';
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

  /** The level of before the restart: an emergency does not end by one. */
  async load(): Promise<void> {
    const stored = Number(await this.#parts.store.state.get(stateName));
    this.#parts.admittance.level = levels.find((level) => level === stored) ?? 5;
  }

  /** Sets it for everybody at once. Throws `forbidden`. */
  async set(by: Actor, level: Level, reason?: string): Promise<void> {
    demand('server.level', by);
    const { store, admittance, audit, bus } = this.#parts;
    const before = admittance.level;
    const draft = audit.draft(by, { action: 'server.level', subject: 'server', detail: { level, before } });
    await store.state.set({ name: stateName, value: String(level), audit: draft });
    admittance.level = level;
    audit.done(by, 'server.level');
    if (level === before) return;
    const why = cleanLine(reason ?? '');
    bus.publish({ to: { everyone: true }, event: { type: 'level', level, by: by.name, reason: why || undefined } });
    bus.publish({ to: { everyone: true }, event: { type: 'notice', text: `level_set_${level}`, params: { reason: why } } });
    if (level === 1) this.#effects.endAll(({ person }) => !isStaff(person.role));
  }
}
