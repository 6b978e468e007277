import { randomInt } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { cleanLine } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import { checkChannelName, foldChannel } from '../protocol/names.ts';
import type { ClassChannel, ClassPerson, SchoolClass, Store } from '../store/store.ts';
import type { Audit } from './audit.ts';
import type { ChannelCare } from './channel-care.ts';
import type { Channels } from './channels.ts';
import { type Actor, accountKey, type Named } from './people.ts';

export interface ClassParts {
  readonly store: Pick<Store, 'classes' | 'channels'>;
  readonly channels: Channels;
  readonly care: ChannelCare;
  readonly clock: Clock;
  readonly audit: Audit;
}

/** What is asked for: people with the group that each is in, if any. */
export interface WantedClass {
  readonly name: string;
  readonly groups: readonly string[];
}

/** The channels that a class will have: one for all, one for news where only teachers write, one per group. */
export interface PlannedChannel {
  readonly name: string;
  readonly fold: string;
  readonly isCommon: boolean;
  readonly readOnly: boolean;
  readonly group: string | null;
}

const codeAlphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const codeLength = 8;

/** Classes: a roster, its channels, and the code with which others get in (protocol.md `join`). */
export class Classes {
  readonly #parts: ClassParts;

  constructor(parts: ClassParts) {
    this.#parts = parts;
  }

  list(): Promise<readonly SchoolClass[]> {
    return this.#parts.store.classes.list();
  }

  /** Throws `not_found`. */
  async find(name: string): Promise<SchoolClass> {
    const found = await this.#parts.store.classes.find(foldChannel(name));
    if (found === null) throw new ChatError('not_found');
    return found;
  }

  channels(one: SchoolClass): Promise<readonly ClassChannel[]> {
    return this.#parts.store.classes.channels(one.id);
  }

  members(one: SchoolClass): Promise<readonly { readonly accountId: number; readonly username: string }[]> {
    return this.#parts.store.classes.members(one.id);
  }

  /** The channels of a new class, all of them free. Throws `already_exists`, `invalid_field`. */
  async plan({ name, groups }: WantedClass): Promise<readonly PlannedChannel[]> {
    const wanted = [
      { name, isCommon: true, readOnly: false, group: null },
      { name: `${name}-news`, isCommon: true, readOnly: true, group: null },
      ...groups.map((group) => ({ name: `${name}-${group.trim().replace(/\s+/g, '-')}`, isCommon: false, readOnly: false, group })),
    ];
    const planned = wanted.map((one) => {
      const checked = nameOf(one);
      return { ...one, name: checked, fold: foldChannel(checked) };
    });
    checkOnce(planned, ({ group, name: channel }) => group ?? channel);
    if ((await this.#parts.store.classes.find(foldChannel(name))) !== null)
      throw new ChatError('already_exists', { text: 'channel_exists' });
    for (const { name: channel } of planned)
      if ((await this.#parts.channels.find(channel)) !== null) throw new ChatError('already_exists', { text: 'channel_exists' });
    return planned;
  }

  /** Makes a planned class whole or not at all. Throws `already_exists`. */
  async create(
    by: Actor,
    name: string,
    parts: { channels: readonly PlannedChannel[]; people: readonly ClassPerson[]; teachers: readonly number[] },
  ): Promise<SchoolClass> {
    const { store, clock, channels, audit } = this.#parts;
    const detail = { channels: parts.channels.length, people: parts.people.length, teachers: parts.teachers.map(accountKey) };
    const draft = audit.draft(by, { action: 'class.create', subject: `#${name}`, detail });
    const made = await store.classes.create({ name, fold: foldChannel(name), code: newCode(), ...parts, at: clock.now() }, draft);
    if (made === null) throw new ChatError('already_exists');
    audit.done(by, 'class.create');
    for (const { name: channel } of parts.channels) await channels.find(channel);
    return made;
  }

  /** Closes a class: its code is void, its channels are archived and told so; accounts stay. */
  async close(by: Actor, one: SchoolClass): Promise<void> {
    const { store, care, clock, audit } = this.#parts;
    const draft = audit.draft(by, { action: 'class.close', subject: `#${one.name}` });
    await store.classes.close({ classId: one.id, at: clock.now() }, draft);
    audit.done(by, 'class.close');
    for (const { channelId } of await this.channels(one)) {
      const channel = await store.channels.byId(channelId);
      if (channel !== null) await care.update(by, channel, { archived: true });
    }
  }

  /** Puts an account into the open class of a code; returns the channels that it is in now. A wrong code opens nothing, and tells nothing. */
  async enter({ person }: Named, code: string): Promise<readonly string[]> {
    const { store, channels, clock } = this.#parts;
    const one = await store.classes.byCode(code.trim().toUpperCase());
    if (one === null || person.accountId === null) return [];
    await store.classes.enter({ classId: one.id, accountId: person.accountId, at: clock.now() });
    const common = (await this.channels(one)).filter(({ isCommon }) => isCommon);
    for (const { channelId } of common) channels.forgetRole(channelId, person.accountId);
    return common.map(({ name }) => name);
  }
}

function newCode(): string {
  return Array.from({ length: codeLength }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('');
}

/** Throws `invalid_field`; of a group it says which. */
function nameOf({ name, group }: { readonly name: string; readonly group: string | null }): string {
  try {
    return checkChannelName(name);
  } catch (error) {
    if (group === null) throw error;
    throw new ChatError('invalid_field', { field: 'group', text: 'group_of_roster', params: { name: cleanLine(group) } });
  }
}

/** Throws `invalid_field`, and names what stands in a roster for the second time. */
export function checkOnce<T extends { readonly fold: string }>(all: readonly T[], shown: (one: T) => string): void {
  const seen = new Set<string>();
  for (const one of all) {
    if (seen.has(one.fold))
      throw new ChatError('invalid_field', { field: 'roster', text: 'twice_in_roster', params: { name: cleanLine(shown(one)) } });
    seen.add(one.fold);
  }
}
