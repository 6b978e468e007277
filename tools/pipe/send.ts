import { CommandError } from '../../server/base/exit-codes.ts';
import type { NounContext } from '../cli/context.ts';
import { type ChatClient, connect } from '../client/main.ts';
import { type ConnectionFlags, commandErrorOf, connectionOf } from './connection.ts';
import { LineReader } from './lines.ts';
import { channelNamed, patientLimits } from './pipe.ts';

export interface SendFlags extends ConnectionFlags {
  readonly channel: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** `classcord send`: one message; ends when the server has stored it. `-` reads it from standard input. */
export async function runSend(words: readonly string[], flags: SendFlags, context: NounContext): Promise<void> {
  const input = new LineReader(process.stdin);
  const options = await connectionOf(flags, context, input);
  const content = words.join(' ') === '-' ? await input.rest() : words.join(' ');
  process.stdin.destroy();
  if (content.trim() === '') throw new CommandError('usage', texts.empty[context.lang]);
  const { to } = flags;
  const channel = channelNamed(flags.channel);
  let client: ChatClient | null = null;
  try {
    client = await connect({ ...options, reconnect: { tries: 3 }, limits: patientLimits });
    const stored = await client.say(to ?? channel, content).done;
    if (flags.json === true) context.stdout.write(`${JSON.stringify({ type: 'ack', ...stored })}\n`);
  } catch (error) {
    throw commandErrorOf(error, options, context.lang);
  } finally {
    await client?.close();
  }
}

const texts = {
  empty: { en: 'there is nothing to send', fr: 'il n’y a rien à envoyer' },
} as const;
