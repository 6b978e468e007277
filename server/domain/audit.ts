import { type AuditVerdict, verifyChain } from '../base/audit-chain.ts';
import type { Clock } from '../base/clock.ts';
import type { AuditDraft, AuditRow, Store } from '../store/store.ts';
import type { Actor } from './people.ts';
import type { Permission } from './permissions.ts';

/** Every privileged act, by the word under which it stands in the audit. */
export const auditActions = [
  'sanction.warn',
  'sanction.mute',
  'sanction.kick',
  'sanction.ban',
  'sanction.lift',
  'sanction.read',
  'report.resolve',
  'report.read',
  'report.read_private',
  'message.post_read_only',
  'message.mention_all',
  'message.delete',
  'message.revisions',
  'message.pin',
  'message.unpin',
  'channel.invite',
  'channel.update',
  'channel.grant',
  'channel.revoke',
  'account.role',
  'account.create',
  'account.password',
  'account.rename',
  'account.lock',
  'account.unlock',
  'account.delete',
  'account.totp_reset',
  'token.create',
  'token.revoke',
  'channel.create',
  'class.create',
  'class.close',
  'server.level',
  'automod.enable',
  'automod.disable',
] as const;
export type AuditAction = (typeof auditActions)[number];

const sanctionActs = (kind: 'warn' | 'mute' | 'kick' | 'ban') => [`sanction.${kind}`, 'sanction.lift'] as const;

/** How the use of each permission stands in the audit; nothing: it is not privileged, since everybody with an account has it. */
export const auditedAs = {
  'channel.list': [],
  'channel.join': [],
  'channel.create': [],
  'channel.invite': ['channel.invite'],
  'channel.slow_mode': ['channel.update'],
  'channel.update': ['channel.update'],
  'channel.roles': ['channel.grant', 'channel.revoke'],
  'message.post': [],
  'message.post_read_only': ['message.post_read_only'],
  'message.edit_own': [],
  'message.delete_other': ['message.delete'],
  'message.revisions': ['message.revisions'],
  'message.react': [],
  'message.pin': ['message.pin', 'message.unpin'],
  'message.mention_all': ['message.mention_all'],
  'history.read': [],
  'presence.set': [],
  'notifications.read': [],
  'member.warn': ['sanction.warn'],
  'member.mute': sanctionActs('mute'),
  'member.kick': sanctionActs('kick'),
  'member.ban': sanctionActs('ban'),
  'channel.warn': ['sanction.warn'],
  'channel.mute': sanctionActs('mute'),
  'channel.kick': sanctionActs('kick'),
  'channel.ban': sanctionActs('ban'),
  'sanction.read_own': [],
  'sanction.read': ['sanction.read'],
  'report.make': [],
  'report.read': ['report.read', 'report.read_private', 'report.resolve'],
  'person.block': [],
  'account.credentials': [],
  'account.role': ['account.role'],
  'server.level': ['server.level'],
} as const satisfies Readonly<Record<Permission, readonly AuditAction[]>>;

/** What an act is about: to whom or to what (`u12`, `#dev`, `message:7`), and figures and names of settings, never texts about people. */
export interface AuditAbout {
  readonly action: AuditAction;
  readonly subject: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** The audit: one row for each privileged act, chained by hashes, written in the transaction of the act itself. */
export class Audit {
  readonly #store: Store['audit'];
  readonly #clock: Clock;
  readonly #onAct: (action: AuditAction, actor: string) => void;

  constructor(parts: { store: Pick<Store, 'audit'>; clock: Clock; onAct: (action: AuditAction, actor: string) => void }) {
    this.#store = parts.store.audit;
    this.#clock = parts.clock;
    this.#onAct = parts.onAct;
  }

  /** The row that a store writes together with the act. */
  draft(actor: Actor, { action, subject, detail = {} }: AuditAbout): AuditDraft {
    return { action, actor: actor.key, subject, detail, at: this.#clock.now() };
  }

  /** The act is on the disk, and its row with it. */
  done(actor: Actor, action: AuditAction): void {
    this.#onAct(action, actor.key);
  }

  /** The newest first; names of accounts beside their keys. */
  list(query: Parameters<Store['audit']['list']>[0]): ReturnType<Store['audit']['list']> {
    return this.#store.list(query);
  }

  /** Follows the chain from the first row to the last. */
  verify(): Promise<AuditVerdict> {
    return verifyChain((after, limit) => this.#store.page(after, limit));
  }

  /** A row of its own, for an act that changes nothing: a look at what is hidden. */
  async note(actor: Actor, about: AuditAbout): Promise<AuditRow> {
    const row = await this.#store.append(this.draft(actor, about));
    this.done(actor, about.action);
    return row;
  }
}
