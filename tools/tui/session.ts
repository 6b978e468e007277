import { wire } from '../../server/protocol/limits.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import {
  type AnswerOf,
  ChatClient,
  ChatError,
  type ConnectOptions,
  type Identity,
  type LoginKey,
  type StoredMessage,
  type TlsChoice,
} from '../client/main.ts';
import { hostAndPort } from './address.ts';
import type { Standing } from './model/linked.ts';
import type { Way } from './model/mode.ts';
import type { Ask, Effect } from './model/step.ts';
import type { ModelEvent } from './model.ts';
import { type Answer, Questions } from './questions.ts';

type EffectOf<D extends Effect['do']> = Extract<Effect, { do: D }>;

export interface SessionOptions {
  readonly dispatch: (event: ModelEvent) => void;
  readonly clientName: string;
  readonly lang: () => Lang;
  /** Certificates that are believed, as somebody gave them on the command line. */
  readonly tls?: ConnectOptions['tls'];
  /** How a server is known again where the command line says nothing of certificates. */
  readonly trusted?: TlsChoice;
  /** Instead of the password of an account that is there. */
  readonly key?: LoginKey;
  /** One is online under this name for the first time. */
  readonly onEntered: (login: { readonly address: string; readonly way: Way; readonly name: string }) => void;
}

const readAfterMs = 400;
const caps: NonNullable<ConnectOptions['caps']> = ['typing', 'reactions', 'edits', 'members', 'notifications', 'trace'];

/** The network side of the client: carries out what the model wants of the server, and tells the model what it hears. */
export class Session {
  readonly #options: SessionOptions;
  #client: ChatClient | null = null;
  readonly #questions: Questions;
  readonly #read = new Map<string, number>();
  #readTimer: NodeJS.Timeout | null = null;
  /** Kept while the server asks for a code beside it. */
  #password = '';

  constructor(options: SessionOptions) {
    this.#options = options;
    const { dispatch } = options;
    this.#questions = new Questions({
      request: (ask) => this.#request(ask),
      onAnswer: (question, answer) => dispatch({ kind: 'answered', ...question, answer }),
      onRefusal: (question, error) => dispatch({ kind: 'refused', ...question, why: this.#textOf(error) }),
    });
  }

  get lagMs(): number | null {
    return this.#client?.state === 'online' ? this.#client.lagMs : null;
  }

  /** Connects anew; whoever was connected before is gone. */
  connect({ address, way, name, password: typed, totp }: EffectOf<'connect'>): void {
    const { dispatch, onEntered } = this.#options;
    void this.#client?.close();
    this.#questions.clear();
    const target = hostAndPort(address);
    if (target === null) {
      dispatch({ kind: 'unconnected', why: address, code: 'unreachable' });
      return;
    }
    const password = totp === undefined ? typed : this.#password;
    this.#password = password;
    const account = { user: name, password, isRegistering: way === 'register', ...(totp === undefined ? {} : { totp }) };
    const client: ChatClient = new ChatClient({
      host: target.host,
      port: target.port,
      ...(target.isTls || this.#options.tls !== undefined ? { tls: this.#believed } : {}),
      identity: way === 'guest' ? { guest: name } : keyed(account, way, this.#options.key),
      caps,
      clientName: this.#options.clientName,
      lang: this.#options.lang(),
      onWire: (direction, line) => dispatch({ kind: 'wire', direction, line }),
      onEvent: (event) => {
        if (this.#client === client) dispatch({ kind: 'heard', event, standing: standingOf(client) });
      },
    });
    this.#client = client;
    client.start().then(
      () => {
        this.#password = '';
        onEntered({ address, way, name });
      },
      (error: unknown) => {
        if (this.#client === client) dispatch({ kind: 'unconnected', why: this.#textOf(error), code: ChatError.from(error).code });
      },
    );
  }

  /** What the command line says about certificates, else what is known from before. */
  get #believed(): NonNullable<ConnectOptions['tls']> {
    const { tls = true, trusted } = this.#options;
    return tls === true ? (trusted ?? true) : tls;
  }

  say({ key, place, content, replyTo, tags }: EffectOf<'say'>): void {
    const { dispatch } = this.#options;
    const failed = (error: unknown) => dispatch({ kind: 'failed', key, place, why: this.#textOf(error) });
    if (this.#client === null) {
      failed(new ChatError('unreachable'));
      return;
    }
    const extras = { ...(replyTo === undefined ? {} : { reply_to: replyTo }), ...(tags === undefined ? {} : { tags }) };
    const { done } = this.#client.say(place, content, extras);
    done.then(({ id, seq, timestamp }) => {
      const at = timestamp === undefined ? undefined : Date.parse(timestamp);
      dispatch({ kind: 'stored', key, place, stored: { id, seq, at } });
    }, failed);
  }

  ask({ ask, isAsked = false }: EffectOf<'ask'>): void {
    this.#questions.ask({ ask, isAsked });
  }

  /** The whole of a conversation as far as the server remembers it, page by page. */
  async *history(place: string): AsyncGenerator<readonly StoredMessage[]> {
    const where = place.startsWith('#') ? { channel: place } : { with: place };
    for (let after = 0; ; ) {
      const page = (await this.#questions.answered({ type: 'history', ...where, after, limit: wire.historyPage })) as AnswerOf<'history'>;
      yield page.messages;
      const last = page.messages.at(-1);
      if (last === undefined || page.complete === true) return;
      after = last.seq;
    }
  }

  /** How far somebody has read goes out once the reading rests: scrolling through ten channels is ten lines at most. */
  read({ place, seq }: EffectOf<'read'>): void {
    if (this.#client?.me?.isGuest !== false) return;
    this.#read.set(place, Math.max(seq, this.#read.get(place) ?? 0));
    this.#readTimer ??= setTimeout(() => this.#sendRead(), readAfterMs);
  }

  typing({ place }: EffectOf<'typing'>): void {
    this.#client?.tell({ type: 'typing', ...(place.startsWith('#') ? { channel: place } : { to: place }) });
  }

  retry(): void {
    this.#client?.retryNow();
  }

  async close(): Promise<void> {
    if (this.#readTimer !== null) clearTimeout(this.#readTimer);
    this.#sendRead();
    const client = this.#client;
    this.#client = null;
    await client?.close();
  }

  #sendRead(): void {
    this.#readTimer = null;
    for (const [place, seq] of this.#read)
      this.ask({ do: 'ask', ask: { type: 'read', ...(place.startsWith('#') ? { channel: place } : { with: place }), seq } });
    this.#read.clear();
  }

  /** What somebody typed with `/raw` may be of any type: the server judges it. */
  async #request(ask: Ask): Promise<Answer> {
    if (this.#client === null) throw new ChatError('unreachable');
    return (await this.#client.request(ask as Parameters<ChatClient['request']>[0])) as Answer;
  }

  #textOf(error: unknown): string {
    return ChatError.from(error).textIn(this.#options.lang());
  }
}

/** An account that is there is opened by the key, when there is one. */
function keyed(account: Extract<Identity, { password: string }>, way: Way, key: LoginKey | undefined): Identity {
  return way === 'login' && key !== undefined ? { user: account.user, key } : account;
}

function standingOf(client: ChatClient): Standing {
  const { me } = client;
  return {
    me: me === null ? null : { name: me.username, isGuest: me.isGuest, role: me.role },
    link: { generation: client.generation, isEncrypted: client.isEncrypted, lagMs: client.lagMs, server: client.server.name },
  };
}
