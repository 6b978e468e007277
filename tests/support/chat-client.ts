import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type ChatClient, type ChatEvent, type ConnectOptions, connect, type EventOf } from '../../tools/client/main.ts';

/** Longest wait for an event, on however busy a machine. */
const patienceMs = 60_000;

/** A client of the library and all that it has heard. */
export class Listener {
  readonly client: ChatClient;
  readonly events: ChatEvent[];
  readonly #wakes = new Set<() => void>();

  constructor(client: ChatClient, events: ChatEvent[]) {
    this.client = client;
    this.events = events;
    client.listen(() => {
      for (const wake of this.#wakes) wake();
    });
  }

  /** What was said, in the order heard. */
  get contents(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'message' ? [event.content] : []));
  }

  /** The first event of that type for which it is so, heard already or waited for. */
  async until<T extends ChatEvent['type']>(type: T, isIt: (event: EventOf<T>) => boolean = () => true): Promise<EventOf<T>> {
    const find = () => this.events.find((event): event is EventOf<T> => event.type === type && isIt(event as EventOf<T>));
    const late = AbortSignal.timeout(patienceMs);
    for (let event = find(); ; event = find()) {
      if (event !== undefined) return event;
      assert.ok(!late.aborted, `waited ${patienceMs} ms for ${type}; heard ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#wakes.delete(wake);
          late.removeEventListener('abort', wake);
          resolve();
        };
        this.#wakes.add(wake);
        late.addEventListener('abort', wake);
      });
    }
  }

  untilSaid(content: string): Promise<EventOf<'message'>> {
    return this.until('message', (event) => event.content === content);
  }
}

/** Connects to a real server, patiently: a busy machine shall not make a course server of it. Closed when the test ends. */
export async function listen(t: TestContext, server: { readonly port: number }, options: Partial<ConnectOptions> = {}): Promise<Listener> {
  const events: ChatEvent[] = [];
  const client = await connect({
    identity: { guest: 'alice' },
    reconnect: { firstMs: 20, mostMs: 200 },
    ...options,
    port: server.port,
    limits: { helloMs: patienceMs, ...options.limits },
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  t.after(() => client.close());
  return new Listener(client, events);
}

/** The same as an account, made if need be. */
export function listenAs(
  t: TestContext,
  server: { readonly port: number },
  { user, ...options }: Partial<ConnectOptions> & { readonly user: string },
): Promise<Listener> {
  return listen(t, server, { identity: { user, password: `password of ${user}`, isRegistering: true }, ...options });
}
