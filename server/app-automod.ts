import { followRules, rulesPath } from './automod-file.ts';
import type { Clock } from './base/clock.ts';
import type { Telemetry } from './base/telemetry.ts';
import type { Config } from './config/schema.ts';
import type { Audit } from './domain/audit.ts';
import { Automod, type Enforcement } from './domain/automod/automod.ts';
import { reasonOf } from './domain/automod/reasons.ts';
import { automodActor, operatorActor } from './domain/people.ts';
import type { Sanctions } from './domain/sanctions.ts';
import type { Lang } from './protocol/texts.ts';
import { automodState, RulesFile } from './rules-file.ts';
import type { Store } from './store/store.ts';

export interface AutomodStart {
  readonly config: Config;
  readonly clock: Clock;
  /** In which the ledger gives the reasons. */
  readonly lang: Lang;
  readonly telemetry: Telemetry;
  readonly sanctions: Sanctions;
  readonly audit: Audit;
  readonly state: Store['state'];
}

/** Automatic moderation by the rules file that the settings name, read again whenever it changes. */
export function startAutomod({ config, clock, lang, telemetry, sanctions, audit, state }: AutomodStart): {
  automod: Automod;
  rules: RulesFile;
  stopAutomod: () => Promise<void>;
} {
  const automod = new Automod({
    enforcement: enforcementBy(sanctions, lang),
    clock,
    onMeasure: ({ finding, step, caller, channel }) =>
      telemetry.automodMeasure(finding.rule, { action: step.kind, user: caller.person.name, channel: channel?.name ?? '' }),
    onError: (error) => telemetry.fault(error, 'automod'),
  });
  const file = rulesPath(config);
  if (file === null) {
    const rules = new RulesFile({ path: null, audit, state, onWritten: async () => undefined });
    return { automod, rules, stopAutomod: () => automod.settled() };
  }
  const switched = switchNoting(audit, state);
  let noted = Promise.resolve();
  let isKnown = false;
  const { look, stop } = followRules({
    file,
    clock,
    lang,
    onRules(watch) {
      automod.use(watch);
      if (watch !== null || isKnown) telemetry.automodRules(file, automod.isOn);
      isKnown = watch !== null;
      const { isOn } = automod;
      noted = noted.then(() => switched(isOn)).catch((error: unknown) => telemetry.fault(error, 'automod'));
    },
    onProblem: (problem) => telemetry.automodRefused(problem.message),
  });
  // A file with a mistake leaves the rules before it in force; whoever switches them off means those, too.
  const onWritten = (isOn: boolean) => {
    if (!isOn) automod.use(null);
    return look();
  };
  return {
    automod,
    rules: new RulesFile({ path: file, audit, state, onWritten }),
    async stopAutomod() {
      stop();
      await noted;
      await automod.settled();
    },
  };
}

/** Whoever edits the file has the machine. */
const fileActor = operatorActor('automod-file');

/** Each time that automatic moderation comes into force or ends leaves a row, also for what was changed while the server was stopped. */
function switchNoting(audit: Audit, state: Store['state']): (isOn: boolean) => Promise<void> {
  return async (isOn) => {
    if (((await state.get(automodState)) === 'on') === isOn) return;
    const action = isOn ? 'automod.enable' : 'automod.disable';
    await state.set({ name: automodState, value: isOn ? 'on' : 'off', audit: audit.draft(fileActor, { action, subject: 'server' }) });
    audit.done(fileActor, action);
  };
}

/** What the rules ask for goes the way of every sanction: ledger, audit, and whom it hits is told. */
function enforcementBy(sanctions: Sanctions, lang: Lang): Enforcement {
  return {
    async before(caller) {
      const ledger = await sanctions.ledger(automodActor, { caller });
      return ledger.filter(({ by, liftedAt }) => by === automodActor.key && liftedAt === null).map(({ at }) => at);
    },
    async impose({ caller, channel, step, finding }) {
      await sanctions.impose({
        kind: step.kind,
        by: automodActor,
        target: { caller },
        reason: reasonOf(finding, lang),
        durationMs: 'minutes' in step ? step.minutes * 60_000 : undefined,
        channel: channel?.name,
      });
    },
  };
}
