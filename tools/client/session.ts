import type { AnswerOf } from '../../server/protocol/answered.ts';
import { ChatError } from '../../server/protocol/errors.ts';
import { defaultChannel, fold, foldChannel } from '../../server/protocol/names.ts';
import { Conversations } from './conversations.ts';
import type { ChatEvent, ClientState, StateEvent } from './events.ts';
import type { Me } from './greeting.ts';
import { Heartbeat } from './heartbeat.ts';
import { Lifeline, type Online } from './lifeline.ts';
import type { Line } from './link.ts';
import { type ClientLimits, type ConnectOptions, systemTimers, type Timers } from './options.ts';
import { askPatiently } from './patience.ts';
import type { Sent, Stored } from './sent.ts';
import { courseServer, factsOf, type ServerFacts } from './server-facts.ts';
import type { Question } from './tongue.ts';
import { Unsent } from './unsent.ts';

const drainMs = 5000;
/** What a client is over all its connections: who, where, how far it has heard, and what it has still to say. */
export class ClientSession {
  readonly #options: ConnectOptions;
  readonly #timers: Timers;
  readonly #emit: (event: ChatEvent) => void;
  readonly #lifeline: Lifeline;
  readonly #heartbeat: Heartbeat;
  readonly #unsent: Unsent;
  readonly #conversations: Conversations;
  /** Channels that one is in, by their identity. */
  readonly #channels = new Map<string, string>();
  /** Names that one has had: a guest may come back under another. */
  readonly #names = new Set<string>();
  #state: ClientState = 'connecting';
  #online: Online | null = null;
  #me: Me | null = null;
  #server = courseServer;

  constructor(options: ConnectOptions, limits: ClientLimits, emit: (event: ChatEvent) => void) {
    const timers = options.timers ?? systemTimers;
    this.#options = options;
    this.#timers = timers;
    this.#emit = emit;
    this.#heartbeat = new Heartbeat({ timers, everyMs: limits.pingMs, onDead: () => this.#lifeline.drop() });
    const onSettled = (sent: Sent) => emit({ type: 'sent', sent });
    this.#unsent = new Unsent({ most: limits.unsent, mostWaitMs: limits.mostWaitMs, timers, onSettled });
    this.#conversations = new Conversations({
      ask: (question) => this.#askPatiently(question),
      emit,
      me: () => this.#me?.username ?? '',
      isMe: (name) => this.isMe(name),
      hasEcho: options.caps?.includes('echo') === true,
      // An account's own nonce tells the server what is a repetition; a guest's does not outlive its connection.
      onOwn: (place, content, stored) => this.#me?.isGuest === true && this.#unsent.adopt(place, content, stored),
    });
    this.#lifeline = new Lifeline({
      options,
      limits,
      timers,
      tell: (event) => this.#hear(event),
      onState: (event) => this.#turn(event),
      resume: () => this.#resume(),
      onAnew: () => this.#isBack && this.#conversations.returning({ isResuming: false }),
      onOnline: (online) => this.#enter(online),
      onCut: () => this.#leave(),
    });
  }

  get state(): ClientState {
    return this.#state;
  }
  get online(): Online | null {
    return this.#online;
  }
  get me(): Me | null {
    return this.#me;
  }
  get server(): ServerFacts {
    return this.#server;
  }
  get lagMs(): number | null {
    return this.#heartbeat.lagMs;
  }
  get channels(): readonly string[] {
    return [...this.#channels.values()];
  }
  get unsent(): number {
    return this.#unsent.size;
  }

  isMe(name: string): boolean {
    return this.#names.has(fold(name));
  }

  /** Runs until `close`, or until there is no point in going on. */
  async run(): Promise<ChatError | null> {
    const error = await this.#lifeline.run();
    this.#leave();
    this.#unsent.fail(error ?? new ChatError('unreachable'));
    this.#turn({ type: 'state', state: 'closed', ...(error === null ? {} : { error }) });
    return error;
  }

  async ask(question: Question): Promise<Line> {
    if (this.#online === null) throw new ChatError('unreachable');
    const answer = await this.#online.tongue.ask(question);
    this.#note(question, answer);
    return answer;
  }

  say(sent: Sent): void {
    this.#unsent.add(sent);
  }

  retryNow(): void {
    this.#lifeline.retryNow();
  }

  /** What waits is sent first, when there is a connection. */
  async close(): Promise<void> {
    if (this.#online !== null) await this.#unsent.drained(drainMs);
    await this.#lifeline.close();
  }

  /** There was a connection with a name before this one. */
  get #isBack(): boolean {
    return this.#me !== null;
  }

  #turn(event: StateEvent): void {
    this.#state = event.state;
    this.#emit(event);
  }

  #hear(event: ChatEvent): void {
    if (event.type === 'message') this.#conversations.hear(event);
    else if (event.type === 'gap') void this.#conversations.catchUp(event);
    else {
      if (event.type === 'joined' && this.isMe(event.username)) this.#join(event.channel);
      if (event.type === 'left' && this.isMe(event.username)) this.#forget(event.channel);
      this.#emit(event);
    }
  }

  #resume(): Question | null {
    const token = this.#me?.resumeToken ?? null;
    if (token === null) return null;
    this.#conversations.returning({ isResuming: true });
    return { type: 'resume', token, seen: this.#conversations.seen };
  }

  #enter(online: Online): void {
    const { tongue, hello, me } = online;
    const wasHere = this.#isBack;
    this.#online = online;
    this.#me = me;
    this.#names.add(fold(me.username));
    this.#server = hello === null ? courseServer : factsOf(hello as AnswerOf<'hello'>);
    this.#heartbeat.start(tongue);
    this.#settleIn(wasHere).then(
      () => {
        if (this.#online !== online) return;
        this.#unsent.start((sent) => this.#sayNow(online, sent));
      },
      // Cut off again: the next connection does it.
      () => undefined,
    );
  }

  #leave(): void {
    this.#online = null;
    this.#heartbeat.stop();
    this.#unsent.stop();
    this.#conversations.cut();
  }

  /** Into one's channels again, and told what was missed, before anything is said. */
  async #settleIn(wasHere: boolean): Promise<void> {
    const isListed = this.#online?.tongue.generation === 2;
    if (!isListed) this.#join(defaultChannel);
    // The server knows where an account is; a guest has to say.
    const former = this.#me?.isGuest === true ? this.channels : [];
    const last = isListed ? await this.#list() : new Map<string, number>();
    const missing = [...new Set([...former, ...(this.#options.channels ?? [])])].filter((name) => !last.has(name));
    for (const name of missing) await this.#enterChannel(name);
    if (isListed && missing.length > 0) for (const [place, seq] of await this.#list()) last.set(place, seq);
    this.#turn({ type: 'state', state: 'online' });
    if (wasHere) await this.#conversations.returned(last);
    else for (const [place, seq] of last) this.#conversations.begin(place, seq);
  }

  async #enterChannel(channel: string): Promise<void> {
    try {
      const answer = await this.#askPatiently({ type: 'join', channel });
      this.#join(String(answer['channel']));
    } catch (thrown) {
      const error = ChatError.from(thrown);
      if (error.code === 'unreachable') throw error;
      this.#forget(channel);
      this.#emit({ type: 'refused', error });
    }
  }

  /** Where one's conversations stand now: channels that one is in, and private ones. */
  async #list(): Promise<Map<string, number>> {
    const { channels = [] } = (await this.#askIfAllowed({ type: 'channels' })) as Partial<AnswerOf<'channels'>>;
    const joined = channels.filter((channel) => channel.joined);
    this.#channels.clear();
    for (const { name } of joined) this.#join(name);
    const last = new Map(joined.map(({ name, last_seq }) => [name, last_seq]));
    if (this.#me?.isGuest === true) return last;
    const { conversations = [] } = (await this.#askIfAllowed({ type: 'conversations' })) as Partial<AnswerOf<'conversations'>>;
    for (const conversation of conversations) last.set(conversation.with, conversation.last_seq);
    return last;
  }

  async #askIfAllowed(question: Question): Promise<Line> {
    try {
      return await this.#askPatiently(question);
    } catch (thrown) {
      if (ChatError.from(thrown).code === 'unreachable') throw thrown;
      return {};
    }
  }

  async #sayNow({ tongue }: Online, sent: Sent): Promise<Stored> {
    const stored = await tongue.say(sent);
    this.#conversations.acked(stored.channel ?? sent.place, stored);
    if (stored.channel !== undefined) this.#join(stored.channel);
    return stored;
  }

  #askPatiently(question: Question): Promise<Line> {
    return askPatiently((asked) => this.ask(asked), question, this.#timers);
  }

  /** What an answer says about where one is. */
  #note({ type, new: password }: Question, { channel }: Line): void {
    if (type === 'password' && typeof password === 'string') this.#lifeline.renew(password);
    if (typeof channel !== 'string') return;
    if (type === 'join' || type === 'create') this.#join(channel);
    if (type === 'leave') this.#forget(channel);
  }

  #join(channel: string): void {
    this.#channels.set(foldChannel(channel), channel);
  }

  #forget(channel: string): void {
    this.#channels.delete(foldChannel(channel));
    this.#conversations.forget(channel);
  }
}
