import { existsSync, statSync } from 'node:fs';
import { openAccounts } from './app-accounts.ts';
import { channelLimits } from './app-limits.ts';
import { moderationBase } from './app-moderation.ts';
import { makeDataFolder } from './app-parts.ts';
import { rulesPath } from './automod-file.ts';
import { type Clock, systemClock } from './base/clock.ts';
import { CommandError } from './base/exit-codes.ts';
import type { Telemetry } from './base/telemetry.ts';
import type { Bus } from './bus/bus.ts';
import { memoryBus } from './bus/memory.ts';
import { databasePath } from './config/addresses.ts';
import type { Config } from './config/schema.ts';
import { AccountCare } from './domain/account-care.ts';
import { ChannelCare } from './domain/channel-care.ts';
import { Channels } from './domain/channels.ts';
import { Classes } from './domain/classes.ts';
import { type Moderation, openModeration } from './domain/moderation.ts';
import type { Roster } from './domain/presence.ts';
import { Reach } from './domain/reach.ts';
import type { Tokens } from './domain/tokens.ts';
import type { Totp } from './domain/totp.ts';
import { type OperatorAnswer, runOperator } from './operator/runner.ts';
import type { OperatorParts, RulesCare } from './operator/verb.ts';
import type { Passwords } from './passwords/passwords.ts';
import { type Lang, text } from './protocol/texts.ts';
import { RulesFile } from './rules-file.ts';
import { ResumeBook } from './session/resume-book.ts';
import { MemoryRoster } from './session/roster.ts';
import { lockData } from './store/data-lock.ts';
import { isSealed, openStore } from './store/open.ts';
import { seal } from './store/seal.ts';
import type { Store } from './store/store.ts';
import { type ControlSocket, listenControl } from './transport/control-socket.ts';

/** What the operator's verbs need of a server, running or not. */
export interface OperatedParts {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly roster: Roster;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly totp: Totp;
  readonly channels: Channels;
  readonly care: ChannelCare;
  readonly classes: Classes;
  readonly resumes: ResumeBook;
  readonly moderation: Moderation;
  readonly rules: RulesCare;
}

/** The domain objects that the operator's verbs work with. */
export function operatorParts(parts: OperatedParts): OperatorParts {
  const { config, store, clock, channels, care, classes, resumes, moderation, rules } = parts;
  const forgetResumes = (fold: string) => resumes.forget(fold);
  const accounts = new AccountCare({ ...parts, forgetResumes, audit: moderation.audit, policy: config.auth.password_policy });
  return {
    store,
    clock,
    accounts,
    tokens: parts.tokens,
    totp: parts.totp,
    channels,
    care,
    classes,
    moderation,
    rules,
    roster: parts.roster,
  };
}

/** Answers operators while the server runs. A server that talks matters more: no socket is a warning. */
export async function listenOperator(parts: OperatedParts, telemetry: Telemetry): Promise<ControlSocket | null> {
  const { log } = telemetry;
  const operator = operatorParts(parts);
  try {
    return await listenControl(parts.config.server.data, async (question) => {
      const answer = await runOperator(operator, question);
      if (!answer.ok && answer.code === 'internal') telemetry.fault(new Error(answer.message), 'control socket');
      return answer;
    });
  } catch (error) {
    log.warn(
      'control.unavailable',
      { error: error as Error },
      'The operator’s command cannot reach this server: its control socket cannot be made.',
    );
    return null;
  }
}

/** A database that no server runs on, opened for the operator. */
export interface OpenedDatabase {
  run(request: unknown): Promise<OperatorAnswer>;
  close(): Promise<void>;
}

/**
 * Opens the database as a server would, with nobody connected, and holds the data folder's lock meanwhile. Throws CommandError: `notFound`
 * where there is none (unless it may be made), `forbidden` for a folder of somebody else, `running` when a server has it.
 */
export async function openForOperator(
  config: Config,
  { mayMake, lang }: { readonly mayMake: boolean; readonly lang: Lang },
): Promise<OpenedDatabase> {
  const file = databasePath(config);
  // Before the database is looked for: others see none in a folder that is closed to them.
  if (existsSync(config.server.data)) checkOwner(config.server.data, lang);
  if (!mayMake && !existsSync(file)) throw new CommandError('notFound', text(lang, 'no_database_yet', { file }));
  makeDataFolder(config.server.data, lang);
  const clock = systemClock;
  const lock = lockData(config.server.data, lang);
  try {
    if (!isSealed(file, lang)) lock.demandCheck();
    const store = await openAlone(config, file);
    const bus = memoryBus();
    const roster = new MemoryRoster(() => clock.now());
    const base = moderationBase({ config, store, clock, telemetry: { audited: () => undefined, sanctioned: () => undefined } });
    const { admittance, audit } = base;
    const channels = new Channels({ store, bus, clock, onCache: () => undefined, limits: channelLimits(config.channels), admittance });
    const care = new ChannelCare({ store, channels, bus, clock, audit });
    const classes = new Classes({ store, channels, care, clock, audit });
    const reach = new Reach({ store, channels, bus });
    const moderation = await openModeration({ ...base, store, bus, clock, roster, channels, reach, present: () => [] });
    const resumes = new ResumeBook(clock);
    const credentials = openAccounts({ config, store, clock, bus, resumes, admittance, audit });
    const rules = new RulesFile({ path: rulesPath(config), audit, state: store.state, onWritten: async () => undefined });
    const parts = operatorParts({ ...credentials, config, store, clock, bus, roster, channels, care, classes, resumes, moderation, rules });
    return {
      run: (request) => runOperator(parts, request),
      async close() {
        await credentials.close();
        await store.close();
        if (!lock.isCheckDue) seal(file);
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Files made by another user would keep the server out of its own database. */
function checkOwner(folder: string, lang: Lang): void {
  const { uid } = statSync(folder);
  if (process.geteuid?.() !== uid) throw new CommandError('forbidden', text(lang, 'data_of_another', { folder, uid }));
}

function openAlone({ limits, storage }: Config, file: string): Promise<Store> {
  const fail = () => undefined;
  const options = {
    file,
    synchronous: storage.synchronous,
    busyTimeoutMs: storage.busy_timeout_s * 1000,
    queue: { writes: limits.write_queue, bytes: limits.write_queue_bytes },
  };
  return openStore(options, { onBatch: fail, onStorageError: fail, onChoreError: fail, onWriteError: fail, onLost: fail });
}
