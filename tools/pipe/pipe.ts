import { exitCodes } from '../../server/base/exit-codes.ts';
import { ChatError } from '../../server/protocol/errors.ts';
import type { NounContext } from '../cli/context.ts';
import { type ChatClient, connect } from '../client/main.ts';
import { type ConnectionFlags, commandErrorOf, connectionOf } from './connection.ts';
import { LineReader } from './lines.ts';
import { stopOnSignals, untilStopped } from './stopping.ts';
import { Talk } from './talk.ts';
import { writerTo } from './writer.ts';

export interface PipeFlags extends ConnectionFlags {
  readonly channel: readonly string[];
  readonly text?: boolean;
  readonly follow?: boolean;
}

/** `classcord pipe`: ends with its input, unless it is to follow; every line has had its answer then. */
export async function runPipe(flags: PipeFlags, context: NounContext): Promise<void> {
  context.takeOver();
  const stop = stopOnSignals();
  const input = new LineReader(process.stdin);
  const options = await connectionOf(flags, context, input);
  const channels = flags.channel.map(channelNamed);
  let client: ChatClient | null = null;
  try {
    client = await connect({ ...options, channels, caps: pipeCaps, limits: patientLimits });
    const talk = new Talk(client, {
      channels,
      isText: flags.text === true,
      rate: null,
      lang: context.lang,
      write: writerTo(process.stdout),
    });
    const told = talk.tellAll(client.events(), { isOnline: false });
    const end = untilClosed(client);
    const taken = flags.follow === true ? talk.takeAll(input).then(() => untilStopped(stop)) : talk.takeAll(input);
    await Promise.race([taken, end, untilStopped(stop)]);
    await client.close();
    await told;
    const { refusals, accepted } = talk.outcome;
    const code = refusals === 0 ? exitCodes.ok.code : accepted > 0 ? exitCodes.partly.code : exitCodes.failed.code;
    context.finish(stop.exit() ?? code);
  } catch (error) {
    throw commandErrorOf(error, options, context.lang);
  } finally {
    process.stdin.destroy();
    await client?.close();
  }
}

/** Everything that concerns a channel is told; programs ignore what they do not know. */
export const pipeCaps = ['typing', 'reactions', 'edits', 'members', 'notifications'] as const;
/** A long file piped in takes its time instead of losing lines. */
export const patientLimits = { mostWaitMs: 120_000 };

/** `dev` and `#dev` are one: in a shell a bare # begins a comment. */
export function channelNamed(name: string): string {
  return name.startsWith('#') ? name : `#${name}`;
}

/** Resolves with the reason when the client ends by itself. */
export function untilClosed(client: ChatClient): Promise<never> {
  return new Promise((_, reject) => {
    client.listen((event) => {
      if (event.type === 'state' && event.state === 'closed' && event.error !== undefined) reject(event.error);
      else if (event.type === 'state' && event.state === 'closed') reject(new ChatError('unreachable'));
    });
  });
}
