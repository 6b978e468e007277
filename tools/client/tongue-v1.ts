import { ChatError } from '../../server/protocol/errors.ts';
import { heard } from '../../server/protocol/heard.ts';
import type { RequestType } from '../../server/protocol/index.ts';
import { defaultChannel, foldChannel } from '../../server/protocol/names.ts';
import type { Line, Link } from './link.ts';
import type { Sent, Stored } from './sent.ts';
import { checked, errorOf, isChannel, type Question, type Tell, type Tongue } from './tongue.ts';

interface Open {
  readonly type: RequestType;
  resolve(answer: Line): void;
  reject(error: ChatError): void;
}

const mostOpen = 100;

/** v1: what course servers understand. Answers have no `ref`; they come in the order of the questions (protocol.md §2). */
export class TongueV1 implements Tongue {
  readonly generation = 1;
  readonly #link: Link;
  readonly #parts: { tell: Tell; now: () => number; onLateHello: () => void };
  readonly #open: Open[] = [];
  #name = '';
  #ended: ChatError | null = null;

  constructor(link: Link, parts: { tell: Tell; now: () => number; onLateHello: () => void }) {
    this.#link = link;
    this.#parts = parts;
  }

  /** Becomes a guest. A message to oneself names the connection, and nobody else sees it. */
  async enterAsGuest(name: string): Promise<void> {
    this.#name = name;
    await this.#send({ type: 'message', subtype: 'private', to: name, from: name, content: '' });
  }

  ask(question: Question): Promise<Line> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const { type } = question;
    if (type === 'register' || type === 'login') {
      if (type === 'login') this.#name = String(question['username']);
      return this.#answered({ type, username: question['username'], password: question['password'] });
    }
    if (type === 'users') return this.#answered({ type });
    if (type === 'status') return this.#send({ type, state: question['state'] }).then(() => ({ state: question['state'] }));
    if (type === 'join' && isDefault(question['channel'])) return Promise.resolve({ channel: defaultChannel });
    return Promise.reject(unknown(type));
  }

  /** Nobody acknowledges it: it is sent when it is written. */
  async say({ place, content }: Sent): Promise<Stored> {
    if (this.#ended !== null) throw this.#ended;
    if (isChannel(place) && !isDefault(place)) throw unknown('channel');
    const where = isChannel(place) ? { subtype: 'global', to: 'global' } : { subtype: 'private', to: place };
    await this.#send({ type: 'message', ...where, from: this.#name, content });
    return isChannel(place) ? { channel: defaultChannel } : { to: place };
  }

  tell(): void {}

  hear(line: Line): void {
    const { type } = line;
    if (type === 'hello') this.#parts.onLateHello();
    else if (type === 'message' || type === 'system') this.#hearMessage(line);
    else if (type === 'status') this.#emit('status', { type, user: line['user'], state: line['state'] });
    else if (type === 'users' || type === 'register' || type === 'login') this.#answer(type, line);
    else if (type === 'error') this.#hearError(line);
    else this.#parts.tell({ type: 'other', line });
  }

  end(error: ChatError): void {
    this.#ended ??= error;
    for (const open of this.#open.splice(0)) open.reject(error);
  }

  /** As v2 tells it. Fail closed: what names a recipient is private (protocol.md §2). */
  #hearMessage(line: Line): void {
    const { type, from, to, subtype, channel, timestamp } = line;
    const isPrivate = /^private$/i.test(String(subtype)) || (subtype !== 'global' && typeof to === 'string' && to !== 'global');
    if (isPrivate && from === this.#name && line['content'] === '') return;
    const at = new Date(String(timestamp));
    this.#emit('message', {
      type: 'message',
      ...(isPrivate ? { subtype: 'private', to: to ?? this.#name } : { subtype: 'global', channel: channel ?? defaultChannel }),
      from: type === 'system' ? (from ?? 'server') : from,
      content: line['content'],
      timestamp: (Number.isNaN(at.getTime()) ? new Date(this.#parts.now()) : at).toISOString(),
    });
  }

  #emit(type: 'message' | 'status', line: Line): void {
    const parsed = heard[type].safeParse(line);
    this.#parts.tell(parsed.success ? parsed.data : { type: 'other', line });
  }

  #hearError(line: Line): void {
    const open = this.#open.shift();
    if (open === undefined) this.#parts.tell({ type: 'refused', error: errorOf(line) });
    else open.reject(errorOf(line, open.type === 'register' ? 'already_exists' : open.type === 'login' ? 'login_failed' : 'internal'));
  }

  #answer(type: RequestType, { status, ...data }: Line): void {
    const at = this.#open.findIndex((open) => open.type === type);
    const [open] = at < 0 ? [] : this.#open.splice(at, 1);
    try {
      if (type === 'login') this.#name = String(data['username'] ?? this.#name);
      open?.resolve(checked(type, type === 'login' ? { username: this.#name, ...data } : data));
    } catch (error) {
      open?.reject(ChatError.from(error));
    }
  }

  #answered(request: Question): Promise<Line> {
    if (this.#open.length >= mostOpen) return Promise.reject(new ChatError('server_busy', { retryAfterMs: 1000 }));
    return new Promise((resolve, reject) => {
      this.#open.push({ type: request.type, resolve, reject });
      this.#send(request).catch(() => undefined);
    });
  }

  #send(request: Question): Promise<void> {
    return this.#link.send(request, true);
  }
}

function isDefault(channel: unknown): boolean {
  return typeof channel === 'string' && foldChannel(channel) === foldChannel(defaultChannel);
}

function unknown(type: string): ChatError {
  return new ChatError('unknown_type', { params: { type } });
}
