import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** What a course server makes of a `hello`: most drop it in silence. */
export type OnHello = 'ignores' | 'hangs up' | 'complains';
export interface CourseServer {
  readonly port: number;
  /** Every line that came, as it came. */
  readonly lines: readonly string[];
  /** Ends every connection, as a server that dies. */
  cut(): void;
  stop(): Promise<void>;
}

interface Person {
  readonly socket: Socket;
  name: string | null;
}
type Json = Readonly<Record<string, unknown>>;

/** A chat server that knows v1 and nothing else, as those of the course do: no `hello`, no `ref`, no acknowledgement, no history. */
export async function startCourseServer(
  t: TestContext,
  { onHello = 'ignores', port = 0 }: { onHello?: OnHello; port?: number } = {},
): Promise<CourseServer> {
  const people = new Set<Person>();
  const passwords = new Map<string, unknown>();
  const lines: string[] = [];

  const named = (except: Person) => [...people].filter((person) => person.name !== null && person !== except);
  const answer = (person: Person, object: Json) => person.socket.write(`${asciiJson(object)}\n`);
  const tell = (from: Person, object: Json) => {
    for (const person of named(from)) answer(person, object);
  };

  function take(person: Person, line: Json): void {
    const { type, username, password, subtype, to, state } = line;
    if (type === 'hello') meet(person);
    else if (type === 'register') {
      const isNew = typeof username === 'string' && !passwords.has(username);
      if (isNew) passwords.set(username, password);
      answer(person, isNew ? { type, status: 'ok' } : { type: 'error', message: 'Username already exists.' });
    } else if (type === 'login') {
      if (typeof username !== 'string' || !passwords.has(username) || passwords.get(username) !== password) {
        answer(person, { type: 'error', message: 'Login failed.' });
        return;
      }
      person.name = username;
      answer(person, { type, status: 'ok', username });
      tell(person, { type: 'status', user: username, state: 'online' });
    } else if (type === 'message') {
      person.name ??= String(line['from'] ?? 'invité');
      const message = { ...line, from: person.name, timestamp: localTime() };
      if (subtype !== 'private') tell(person, message);
      else for (const other of [...people].filter(({ name }) => name === to).slice(0, 1)) answer(other, message);
    } else if (type === 'status' && person.name !== null) tell(person, { type, user: person.name, state });
    else if (type === 'users') answer(person, { type, users: [...people].flatMap(({ name }) => (name === null ? [] : [name])) });
  }

  function meet(person: Person): void {
    if (onHello === 'hangs up') person.socket.destroy();
    if (onHello === 'complains') answer(person, { type: 'error', message: 'Commande inconnue' });
  }

  const server = createServer((socket) => {
    const person: Person = { socket, name: null };
    people.add(person);
    let rest = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        lines.push(part);
        take(person, JSON.parse(part) as Json);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (person.name !== null) tell(person, { type: 'status', user: person.name, state: 'offline' });
      people.delete(person);
    });
  });
  const cut = () => {
    for (const { socket } of people) socket.destroy();
  };
  const stop = async () => {
    if (!server.listening) return;
    server.close();
    cut();
    await once(server, 'close');
  };
  t.after(stop);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, lines, cut, stop };
}

/** As Python’s `json` writes it. */
function asciiJson(object: Json): string {
  const spaced = JSON.stringify(object, null, 1).replace(/\n\s*/g, ' ').replace(/^\{ /, '{').replace(/ \}$/, '}');
  return spaced.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function localTime(): string {
  const now = new Date();
  return `${new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, -1)}000`;
}
