import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandError, type ExitName, exitCodes } from '../../server/base/exit-codes.ts';
import type { Config } from '../../server/config/schema.ts';
import type { OperatorAnswer, OperatorRequest } from '../../server/operator/runner.ts';
import { openForOperator } from '../../server/operator-app.ts';
import { type Lang, text } from '../../server/protocol/texts.ts';
import { controlFile, shortened } from '../../server/transport/control-socket.ts';

export interface Question {
  readonly verb: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly dryRun: boolean;
  readonly lang: Lang;
}

export type Answered = Extract<OperatorAnswer, { readonly ok: true }>;

/** Where verbs are asked: a running server, or a database at rest. */
export interface Control {
  readonly isLive: boolean;
  /** Rejects with CommandError, its exit code that of the refusal. */
  ask(question: Question): Promise<Answered>;
  close(): Promise<void>;
}

export interface ControlOptions {
  /** The database may be made where there is none. */
  readonly mayMake: boolean;
  readonly lang: Lang;
  readonly open: typeof openForOperator | undefined;
}

/** Which server, and for whom its silence is told. */
interface Reached {
  readonly folder: string;
  readonly lang: Lang;
}

/** How often a server is looked for that is just starting or stopping, and in between. */
const tries = 20;
const betweenMs = 250;
/** Longest wait for an answer: a class of five hundred costs as many password hashes. */
const answerMs = 120_000;

/** The running server of a data folder if there is one; else its database. */
export async function openControl(config: Config, options: ControlOptions): Promise<Control> {
  for (let left = tries; ; left -= 1) {
    const socket = await reach(config.server.data, options.lang);
    if (socket !== null) return live(socket, { folder: config.server.data, lang: options.lang });
    try {
      const opened = await (options.open ?? openForOperator)(config, options);
      return { isLive: false, ask: async (question) => dataOf(await opened.run(requestOf(question))), close: () => opened.close() };
    } catch (error) {
      const isTaken = error instanceof CommandError && error.exit === 'running';
      if (!isTaken) throw error;
      if (left === 0)
        throw new CommandError('unreachable', text(options.lang, 'control_silent', { folder: config.server.data }), { cause: error });
    }
    await wait(betweenMs);
  }
}

/** Null: nobody listens. */
function reach(folder: string, lang: Lang): Promise<Socket | null> {
  if (!existsSync(join(folder, controlFile))) return Promise.resolve(null);
  const place = shortened(folder);
  return new Promise((resolve, reject) => {
    const socket = connect(place.path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES' || error.code === 'EPERM')
        reject(new CommandError('forbidden', text(lang, 'control_silent', { folder })));
      else resolve(null);
    });
    socket.once('close', () => place.close());
  });
}

function live(socket: Socket, server: Reached): Control {
  return {
    isLive: true,
    async ask(question) {
      socket.write(`${JSON.stringify(requestOf(question))}\n`);
      return dataOf(JSON.parse(await answerLine(socket, server)) as OperatorAnswer);
    },
    async close() {
      socket.destroy();
    },
  };
}

function answerLine(socket: Socket, { folder, lang }: Reached): Promise<string> {
  return new Promise((resolve, reject) => {
    const silent = () => reject(new CommandError('unreachable', text(lang, 'control_silent', { folder })));
    const chunks: Buffer[] = [];
    const timer = setTimeout(silent, answerMs);
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      if (chunk.at(-1) !== 0x0a) return;
      clearTimeout(timer);
      socket.off('data', onData).off('close', silent).off('error', silent);
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    socket.on('data', onData).once('close', silent).once('error', silent);
  });
}

function requestOf({ verb, input, dryRun, lang }: Question): OperatorRequest {
  return { verb, input: { ...input }, dry_run: dryRun, by: actorName(), lang };
}

function dataOf(answer: OperatorAnswer): Answered {
  if (answer.ok) return answer;
  throw new CommandError(exitNamed(answer.exit), answer.message);
}

/** The operator behind this process. In a container the user often has a number and no name. */
export function actorName(): string {
  try {
    return userInfo().username.slice(0, 64);
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

/** The exit code of the one table that has this number. */
function exitNamed(code: number): ExitName {
  const found = Object.entries(exitCodes).find(([, row]) => row.code === code);
  return (found?.[0] ?? 'failed') as ExitName;
}
