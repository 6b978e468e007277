import type { StoredMessage } from '../../server/protocol/answered.ts';
import type { HeardOf } from '../../server/protocol/heard.ts';
import { wire } from '../../server/protocol/limits.ts';
import { fold, foldChannel } from '../../server/protocol/names.ts';
import type { ChatEvent } from './events.ts';
import type { Line } from './link.ts';
import type { Stored } from './sent.ts';
import { isChannel, type Question } from './tongue.ts';

type Message = HeardOf<'message'>;
interface Conversation {
  /** `#channel`, or the other person. */
  readonly place: string;
  /** The last message that was told as an event: what is not after it is a repetition. */
  heard: number | null;
  /** Everything up to here is known; what comes after a cut is fetched from here on. Null: nothing is known. */
  floor: number | null;
  /** One's own messages after the floor, known by their acks. */
  readonly own: Set<number>;
  /** While older ones are being fetched the newer ones wait here. */
  held: Message[] | null;
  /** Too many waited: they were let go, and are fetched instead. */
  isOverfull: boolean;
}
interface Parts {
  readonly ask: (question: Question) => Promise<Line>;
  readonly emit: (event: ChatEvent) => void;
  readonly me: () => string;
  readonly isMe: (name: string) => boolean;
  /** One's own messages are events as well. */
  readonly hasEcho: boolean;
  /** A message of one's own was found while catching up. */
  readonly onOwn: (place: string, content: string, stored: Stored) => void;
}

const mostHeld = 2000;
const mostOwn = 1000;
/** So many messages are fetched for one conversation, however many pages they take; what is left is told as a gap. */
const mostFetched = 10 * wire.historyPage;

/** What was heard of each conversation: every message becomes an event once and in order, whatever is cut, repeated or left out on the way. */
export class Conversations {
  readonly #parts: Parts;
  readonly #all = new Map<string, Conversation>();
  /** A reconnection is under way: who writes for the first time now may have written before, too. */
  #isReturning = false;
  /** Counts cuts: what was begun before one does not go on after it. */
  #epoch = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  hear(message: Message): void {
    const conversation = this.#of(placeOf(message, this.#parts.isMe));
    if (conversation.held === null) this.#pass(conversation, message);
    else if (conversation.held.length < mostHeld) conversation.held.push(message);
    else {
      conversation.held = [];
      conversation.isOverfull = true;
    }
  }

  /** The server has stored a message of one's own; with `echo` it comes as an event, and counts then. */
  acked(place: string, { seq }: Stored): void {
    if (this.#parts.hasEcho || seq === undefined) return;
    const conversation = this.#of(place);
    conversation.own.add(seq);
    if (conversation.own.size > mostOwn) conversation.own.delete(Math.min(...conversation.own));
    advance(conversation);
  }

  /** Where a conversation stood when one came to it. */
  begin(place: string, lastSeq: number): void {
    const conversation = this.#of(place);
    conversation.floor ??= lastSeq;
    advance(conversation);
  }

  forget(place: string): void {
    this.#all.delete(keyOf(place));
  }

  /** Where one stands in each channel, for `resume`. */
  get seen(): Record<string, number> {
    const channels = [...this.#all.values()].filter(({ place, floor }) => isChannel(place) && floor !== null);
    return Object.fromEntries(channels.map(({ place, floor }) => [place, floor as number]));
  }

  /** A connection begins: until `returned`, nothing new is told before what was missed. On `resume` the server itself replays the channels. */
  returning({ isResuming }: { isResuming: boolean }): void {
    this.#isReturning = true;
    for (const conversation of this.#all.values()) {
      if (!(isResuming && isChannel(conversation.place)) && conversation.floor !== null) conversation.held ??= [];
    }
  }

  /** One is back. `last` is where each conversation stands; resolves when all that was missed has been told. */
  async returned(last: ReadonlyMap<string, number>): Promise<void> {
    const lastByKey = new Map([...last].map(([place, seq]) => [keyOf(place), seq]));
    for (const place of last.keys()) if (!isChannel(place)) this.#hold(this.#of(place));
    this.#isReturning = false;
    const held = [...this.#all.values()].filter((conversation) => conversation.held !== null);
    const epoch = this.#epoch;
    // One after the other: a class that comes back at once shall not ask for everything at once.
    for (const conversation of held) {
      const isBehind = (lastByKey.get(keyOf(conversation.place)) ?? 0) > (conversation.floor ?? 0);
      if (isBehind || conversation.isOverfull) await this.#fill(conversation);
      if (epoch !== this.#epoch) return;
      this.#release(conversation);
    }
  }

  /** The server left something out. */
  async catchUp(gap: HeardOf<'gap'>): Promise<void> {
    const conversation = this.#of(gap.channel);
    conversation.floor ??= gap.from_seq - 1;
    // While one is coming back nothing can be asked yet: it is fetched with all that was missed.
    const isBusy = conversation.held !== null || this.#isReturning;
    conversation.isOverfull ||= isBusy;
    if (isBusy) {
      this.#hold(conversation);
      return;
    }
    this.#hold(conversation);
    const epoch = this.#epoch;
    await this.#fill(conversation);
    if (epoch === this.#epoch) this.#release(conversation);
  }

  /** What waited is after something that was not fetched: both are fetched after the next connection. */
  cut(): void {
    this.#epoch += 1;
    for (const conversation of this.#all.values()) {
      conversation.held = null;
      conversation.isOverfull = false;
    }
  }

  #hold(conversation: Conversation): void {
    conversation.held ??= [];
  }

  #of(place: string): Conversation {
    const key = keyOf(place);
    const known = this.#all.get(key);
    if (known !== undefined) return known;
    const isNewcomer = this.#isReturning && !isChannel(place);
    const held = isNewcomer ? [] : null;
    const made = { place, heard: null, floor: isNewcomer ? 0 : null, own: new Set<number>(), held, isOverfull: false };
    this.#all.set(key, made);
    return made;
  }

  #release(conversation: Conversation): void {
    const { held } = conversation;
    conversation.held = null;
    for (const message of held ?? []) this.#pass(conversation, message);
  }

  #pass(conversation: Conversation, message: Message): void {
    const { seq } = message;
    if (seq !== undefined) {
      if (conversation.heard !== null && seq <= conversation.heard) return;
      conversation.heard = seq;
      conversation.floor = Math.max(conversation.floor ?? 0, seq);
      advance(conversation);
    }
    if (this.#parts.hasEcho || !this.#parts.isMe(message.from)) this.#parts.emit(message);
  }

  async #fill(conversation: Conversation): Promise<void> {
    const where = isChannel(conversation.place) ? { channel: conversation.place } : { with: conversation.place };
    for (let fetched = 0; fetched < mostFetched; ) {
      const missed = await this.#page(where, { after: conversation.floor ?? 0, limit: wire.historyPage });
      // Refused: what is left to tell is what came since.
      if (missed === null || conversation.held === null) return;
      for (const message of missed.messages) this.#passStored(conversation, message);
      fetched += missed.messages.length;
      if (missed.isComplete && !conversation.isOverfull) return;
      conversation.isOverfull &&= !missed.isComplete;
    }
    await this.#leaveGap(conversation, where);
  }

  #passStored(conversation: Conversation, stored: StoredMessage): void {
    const { place } = conversation;
    const { id, seq, from, content, timestamp, mentions, reply_to, tags } = stored;
    if (this.#parts.isMe(from)) this.#parts.onOwn(place, content, { id, seq, timestamp });
    if (stored.deleted === true) {
      conversation.heard = Math.max(conversation.heard ?? 0, seq);
      conversation.floor = Math.max(conversation.floor ?? 0, seq);
      return;
    }
    const said = { type: 'message', from, content, id, seq, timestamp, mentions, reply_to, tags } as const;
    const to = this.#parts.isMe(from) ? place : this.#parts.me();
    this.#pass(conversation, isChannel(place) ? { ...said, subtype: 'global', channel: place } : { ...said, subtype: 'private', to });
  }

  async #leaveGap(conversation: Conversation, where: object): Promise<void> {
    const latest = await this.#page(where, { limit: 1 });
    const last = latest?.messages.at(-1)?.seq;
    const from = (conversation.floor ?? 0) + 1;
    if (last === undefined || last < from) return;
    conversation.heard = last;
    conversation.floor = last;
    if (isChannel(conversation.place)) this.#parts.emit({ type: 'gap', channel: conversation.place, from_seq: from, to_seq: last });
  }

  async #page(where: object, cursor: object): Promise<{ messages: readonly StoredMessage[]; isComplete: boolean } | null> {
    try {
      const answer = await this.#parts.ask({ type: 'history', ...where, ...cursor });
      const messages = answer['messages'] as readonly StoredMessage[];
      return { messages, isComplete: answer['complete'] !== false || messages.length === 0 };
    } catch {
      return null;
    }
  }
}

function advance(conversation: Conversation): void {
  const { own } = conversation;
  if (conversation.floor === null) return;
  while (own.delete(conversation.floor + 1)) conversation.floor += 1;
  for (const seq of own) if (seq <= conversation.floor) own.delete(seq);
}

function placeOf(message: Message, isMe: (name: string) => boolean): string {
  if (message.subtype === 'global') return message.channel;
  return isMe(message.from) ? message.to : message.from;
}

function keyOf(place: string): string {
  return isChannel(place) ? `#${foldChannel(place)}` : fold(place);
}
