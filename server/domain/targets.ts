import { ChatError } from '../protocol/errors.ts';
import type { SanctionKind } from '../protocol/moderation.ts';
import { fold } from '../protocol/names.ts';
import type { Channel, Sanction, SanctionTarget } from '../store/store.ts';
import type { ModerationParts } from './moderation.ts';
import type { Named, ServerRole } from './people.ts';

/** Whom a sanction is to hit. */
export interface Target extends SanctionTarget {
  readonly role: ServerRole;
  /** As shown; null: a network alone. */
  readonly name: string | null;
  /** Of somebody who is here. */
  readonly key: string | null;
}

/** How somebody is named: by name, or as who is here. */
interface Meant {
  readonly username?: string | undefined;
  readonly caller?: Named | undefined;
}

/** Finds whom an act means. */
export class Targets {
  readonly #parts: ModerationParts;

  constructor(parts: ModerationParts) {
    this.#parts = parts;
  }

  /** Throws `not_found`, `not_member`, and `invalid_field` for what does not go together. */
  async find(
    meant: Meant & { readonly address?: string | undefined },
    about: { kind: SanctionKind; channel: Channel | null },
  ): Promise<Target> {
    const { username, caller, address } = meant;
    if (address !== undefined && (about.kind !== 'ban' || about.channel !== null))
      throw new ChatError('invalid_field', { field: 'address' });
    const network = address === undefined ? null : this.#network(address);
    if (username === undefined && caller === undefined) {
      if (network === null) throw new ChatError('invalid_field', { field: 'username' });
      return { accountId: null, guest: null, network, role: 'guest', name: null, key: null };
    }
    const target = await this.person(meant);
    const { accountId, key } = target;
    const isMember = async (channel: Channel) => (await this.#parts.store.memberships.find(channel.id, accountId ?? 0)) !== null;
    const isHere = key !== null;
    if (about.kind === 'kick' && about.channel === null && !isHere) throw new ChatError('not_found');
    if (about.kind === 'kick' && about.channel !== null && !isHere && !(await isMember(about.channel))) throw new ChatError('not_member');
    return { ...target, network };
  }

  /** A person, here or not. Throws `not_found`. */
  async person({ username, caller }: Meant): Promise<Target> {
    const { store, roster } = this.#parts;
    if (caller !== undefined) return this.#present(caller);
    const folded = fold(username ?? '');
    const present = roster.byFold(folded);
    if (present !== undefined && present.person.accountId === null) {
      for (const other of this.#parts.present()) if (other.person?.key === present.person.key) return this.#present(other as Named);
    }
    const account = await store.accounts.find(folded);
    if (account === null) throw new ChatError('not_found');
    const key = roster.byKey(`u${account.id}`) === undefined ? null : `u${account.id}`;
    return { accountId: account.id, guest: null, network: null, role: account.role, name: account.username, key };
  }

  /** Whom a sanction of the ledger hit. */
  async of({ accountId, guest, network, username }: Sanction): Promise<Target> {
    const account = accountId === null ? null : await this.#parts.store.accounts.byId(accountId);
    return { accountId, guest, network, role: account?.role ?? 'guest', name: username, key: null };
  }

  #present(caller: Named): Target {
    const { key, name, fold: folded, role, accountId } = caller.person;
    const guest = accountId === null ? this.#parts.admittance.guestMark(caller, folded) : null;
    return { accountId, guest, network: null, role, name, key };
  }

  /** `ADDRESS` or `ADDRESS/BITS`; one that would hit a great part of the net is refused. */
  #network(address: string): string {
    const [, base = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(address.trim()) ?? [];
    const isV6 = base.includes(':');
    const prefix = Number(bits ?? (isV6 ? 128 : 32));
    const network = `${base}/${prefix}`;
    try {
      if (prefix < (isV6 ? widestV6 : widestV4)) throw new RangeError('too wide');
      this.#parts.networkSet([network]);
    } catch {
      throw new ChatError('invalid_field', { field: 'address' });
    }
    return network;
  }
}

const widestV4 = 8;
const widestV6 = 16;
