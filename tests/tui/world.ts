import assert from 'node:assert/strict';
import type { ChatEvent, EventOf } from '../../tools/client/main.ts';
import type { Item, MessageItem } from '../../tools/tui/model/item.ts';
import { type Conversation, currentOf, initialState, keyOf, type State } from '../../tools/tui/model/state.ts';
import type { Effect } from '../../tools/tui/model/step.ts';
import { type ModelEvent, update } from '../../tools/tui/model.ts';
import { KeypressReader } from '../../tools/tui/terminal/keypress.ts';
import { plain } from '../../tools/tui/text/style.ts';
import { picture } from '../../tools/tui/view/picture.ts';

const bytes: Readonly<Record<string, string>> = {
  enter: '\r',
  tab: '\t',
  'shift+tab': '\u001b[Z',
  escape: '\u001b',
  backspace: '\u007f',
  up: '\u001b[A',
  down: '\u001b[B',
  left: '\u001b[D',
  end: '\u001b[F',
  'page-up': '\u001b[5~',
  'page-down': '\u001b[6~',
  f1: '\u001bOP',
  f7: '\u001b[18~',
  f8: '\u001b[19~',
};
const startAt = Date.parse('2026-11-22T09:00:00Z');

/** The model with a hand on its keyboard, and a look at its screen; nothing else of the client. */
export class World {
  state: State;
  /** Effects since the last look (`taken`). */
  #effects: Effect[] = [];
  now = startAt;
  #seq = 0;

  constructor({ columns = 100, rows = 30, me = 'alice', generation = 2 as 1 | 2, isOnline = true } = {}) {
    this.state = initialState({ lang: 'en', background: 'any', bell: 'mentions', times: true }, { columns, rows });
    if (!isOnline) return;
    this.online(me, generation);
    this.taken();
  }

  on(event: ModelEvent): this {
    const [state, effects] = update(this.state, event, this.now);
    this.state = state;
    this.#effects.push(...effects);
    return this;
  }

  online(me = 'alice', generation: 1 | 2 = 2): this {
    const standing = {
      me: { name: me, isGuest: false, role: 'user' },
      link: { generation, isEncrypted: false, lagMs: 3, server: 'classcord/1' },
    };
    return this.on({ kind: 'heard', event: { type: 'state', state: 'online' }, standing });
  }

  hear(event: ChatEvent): this {
    const { me, link } = this.state;
    return this.on({ kind: 'heard', event, standing: { me, link } });
  }

  /** Somebody says something; in order, unless `seq` says otherwise. */
  said(from: string, content: string, more: Partial<Omit<EventOf<'message'> & { channel: string; to: string }, 'type'>> = {}): this {
    const seq = more.seq ?? ++this.#seq;
    this.#seq = Math.max(this.#seq, seq);
    const place = more.to === undefined ? { subtype: 'global' as const, channel: '#general' } : { subtype: 'private' as const };
    const id = more.id ?? seq;
    const timestamp = new Date(this.now).toISOString();
    return this.hear({ type: 'message', from, content, id, seq, timestamp, ...place, ...more } as EventOf<'message'>);
  }

  answer(ask: { type: string; [key: string]: unknown }, answer: Readonly<Record<string, unknown>>, isAsked = false): this {
    return this.on({ kind: 'answered', ask, answer, isAsked });
  }

  /** Types text as it stands, or presses a key named in `<…>`: `hello<enter>`, `<alt+a>`. */
  press(keys: string): this {
    const reader = new KeypressReader();
    for (const [part, key] of keys.matchAll(/<([\w+/-]{2,})>|[^<]+|</g)) {
      const text = key === undefined ? part : (bytes[key] ?? modified(key));
      for (const press of [...reader.read(text), ...reader.flush()]) this.on({ kind: 'pressed', press });
    }
    return this;
  }

  paste(text: string): this {
    return this.on({ kind: 'pressed', press: { kind: 'paste', text } });
  }

  /** What the model wanted done since the last look. */
  taken(): readonly Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** What it asked the server since the last look. */
  asked(): readonly unknown[] {
    return this.taken().flatMap((effect) => (effect.do === 'ask' ? [effect.ask] : []));
  }

  in(name: string): Conversation {
    const conversation = this.state.conversations.get(keyOf(name));
    assert.ok(conversation !== undefined, `${name} is not open`);
    return conversation;
  }

  get here(): Conversation {
    const conversation = currentOf(this.state);
    assert.ok(conversation !== undefined);
    return conversation;
  }

  messages(name = '#general'): readonly MessageItem[] {
    return this.in(name).items.filter((item): item is MessageItem => item.kind === 'message');
  }

  contents(name = '#general'): readonly string[] {
    return this.messages(name).map(({ content }) => content);
  }

  notices(name = '#general'): readonly string[] {
    return this.in(name)
      .items.filter((item: Item) => item.kind === 'notice')
      .map((item) => (item.kind === 'notice' ? item.text : ''));
  }

  /** The screen as text, a row a line; each is exactly as wide as the screen, or this fails. */
  screen(): string[] {
    const seen = picture(this.state);
    if (seen.kind === 'whole') return seen.rows.map(plain);
    const middle = seen.timeline.map((row, at) => plain([...(seen.channels[at] ?? []), ...row, ...(seen.members[at] ?? [])]));
    return [...seen.title.map(plain), ...middle, ...[...seen.wire, ...seen.overlay, ...seen.status, ...seen.input].map(plain)];
  }
}

function modified(key: string): string {
  const [modifier, letter = ''] = key.split('+');
  if (modifier === 'alt') return letter === 'enter' ? '\u001b\r' : `\u001b${letter}`;
  assert.equal(modifier, 'ctrl', `no key ${key}`);
  return String.fromCharCode(letter.charCodeAt(0) - 96);
}
