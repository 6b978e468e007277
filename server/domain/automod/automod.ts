import type { Clock } from '../../base/clock.ts';
import { foldChannel } from '../../protocol/names.ts';
import type { Channel } from '../../store/store.ts';
import type { Named } from '../people.ts';
import { nextStep, within } from './escalation.ts';
import type { Finding } from './judge.ts';
import type { Step } from './rules.ts';
import type { Watch } from './watch.ts';

/** Whom something is done about, where, what and why. */
export interface Measure {
  readonly caller: Named;
  /** Null: on the whole server. */
  readonly channel: Channel | null;
  readonly step: Step;
  readonly finding: Finding;
}

/** Who carries out what the rules ask for. */
export interface Enforcement {
  /** When something was done about this person by itself, as the ledger has it. */
  before(caller: Named): Promise<readonly number[]>;
  impose(measure: Measure): Promise<void>;
}

export interface AutomodParts {
  readonly enforcement: Enforcement;
  readonly clock: Clock;
  readonly onMeasure: (measure: Measure) => void;
  readonly onError: (error: unknown) => void;
}

/** Measures under way; past it a finding is dropped, and told as an error. */
const mostUnderWay = 1000;

/** Automatic moderation of what is said now. It looks after the message was stored and told, never holds one up, and never throws. */
export class Automod {
  /** Whether there is anything to look for. */
  isOn = false;
  readonly #parts: AutomodParts;
  #watch: Watch | null = null;
  /** The last measure under way of each person: the next one counts it. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(parts: AutomodParts) {
    this.#parts = parts;
  }

  /** From now on these rules hold; null: none. */
  use(watch: Watch | null): void {
    this.#watch = watch;
    this.isOn = watch?.rules.enabled === true;
  }

  /** Somebody said something in a channel, or changed what was said there. */
  said(caller: Named, channel: Channel, { text, at, isEdit = false }: { text: string; at: number; isEdit?: boolean }): void {
    const watch = this.#watch;
    if (watch === null) return;
    const { key: author, role } = caller.person;
    try {
      const finding = watch.look({ author, role, channel: foldChannel(channel.name), text, at, isEdit });
      if (finding !== null) this.#follow(watch, { caller, channel, finding });
    } catch (error) {
      this.#parts.onError(error);
    }
  }

  /** Resolves when all that was found has been acted upon. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }

  #follow(watch: Watch, found: { caller: Named; channel: Channel; finding: Finding }): void {
    const { key } = found.caller.person;
    const former = this.#underWay.get(key);
    if (former === undefined && this.#underWay.size >= mostUnderWay) {
      this.#parts.onError(new Error('Too many measures under way: one was dropped.'));
      return;
    }
    const measure = (former ?? Promise.resolve())
      .then(() => this.#act(watch, found))
      .catch(this.#parts.onError)
      .finally(() => {
        if (this.#underWay.get(key) === measure) this.#underWay.delete(key);
      });
    this.#underWay.set(key, measure);
  }

  async #act({ rules: { escalation } }: Watch, found: { caller: Named; channel: Channel; finding: Finding }): Promise<void> {
    const { enforcement, clock, onMeasure } = this.#parts;
    const times = escalation.enabled ? await enforcement.before(found.caller) : [];
    const step = nextStep(escalation, within(escalation, times, clock.now()));
    const measure = { ...found, channel: escalation.scope === 'channel' ? found.channel : null, step };
    await enforcement.impose(measure);
    onMeasure(measure);
  }
}
