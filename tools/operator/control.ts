import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandError, type ExitName, exitCodes } from '../../server/base/exit-codes.ts';
import type { Config } from '../../server/config/schema.ts';
import type { OperatorAnswer, OperatorRequest } from '../../server/operator/runner.ts';
import { openForOperator } from '../../server/operator-app.ts';
import type { Lang } from '../../server/protocol/texts.ts';
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
  readonly open: typeof openForOperator | undefined;
}

/** How often a server is looked for that is just starting or stopping, and in between. */
const tries = 20;
const betweenMs = 250;
/** Longest wait for an answer: a class of five hundred costs as many password hashes. */
const answerMs = 120_000;

/** The running server of a data folder if there is one; else its database. */
export async function openControl(config: Config, options: ControlOptions): Promise<Control> {
  for (let left = tries; ; left -= 1) {
    const socket = await reach(config.server.data);
    if (socket !== null) return live(socket);
    try {
      const opened = await (options.open ?? openForOperator)(config, options);
      return { isLive: false, ask: async (question) => dataOf(await opened.run(requestOf(question))), close: () => opened.close() };
    } catch (error) {
      const isTaken = error instanceof CommandError && error.exit === 'running';
      if (!isTaken) throw error;
      if (left === 0)
        throw new CommandError('unreachable', `${error.message.split(':')[0]}, and its control socket does not answer.`, { cause: error });
    }
    await wait(betweenMs);
  }
}

/** Null: nobody listens. */
function reach(folder: string): Promise<Socket | null> {
  if (!existsSync(join(folder, controlFile))) return Promise.resolve(null);
  const place = shortened(folder);
  return new Promise((resolve, reject) => {
    const socket = connect(place.path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES' || error.code === 'EPERM')
        reject(new CommandError('forbidden', `The control socket in ${folder} is another user’s: run this as the user of the server.`));
      else resolve(null);
    });
    socket.once('close', () => place.close());
  });
}

function live(socket: Socket): Control {
  return {
    isLive: true,
    async ask(question) {
      socket.write(`${JSON.stringify(requestOf(question))}\n`);
      return dataOf(JSON.parse(await answerLine(socket)) as OperatorAnswer);
    },
    async close() {
      socket.destroy();
    },
  };
}

function answerLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const lost = () => reject(new CommandError('unreachable', 'The server closed its control socket before it answered.'));
    const timer = setTimeout(() => reject(new CommandError('unreachable', 'The server does not answer on its control socket.')), answerMs);
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      if (chunk.at(-1) !== 0x0a) return;
      clearTimeout(timer);
      socket.off('data', onData).off('close', lost).off('error', lost);
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    socket.on('data', onData).once('close', lost).once('error', lost);
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
