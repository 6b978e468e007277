import { CommandError } from '../../server/base/exit-codes.ts';
import type { NounContext } from '../cli/context.ts';
import { type ChatClient, connect } from '../client/main.ts';
import { type ConnectionFlags, commandErrorOf, connectionOf } from './connection.ts';
import { LineReader } from './lines.ts';
import { channelNamed, patientLimits, pipeCaps, untilClosed } from './pipe.ts';
import { stopOnSignals } from './stopping.ts';
import { Supervisor } from './supervisor.ts';

export interface BotFlags extends ConnectionFlags {
  readonly channel: readonly string[];
  readonly text?: boolean;
  readonly rate: string;
  readonly restarts: string;
}

/** Said at once before the rate counts. */
const burst = 10;

/** `classcord bot run`: keeps a program that speaks lines running, and connected. */
export async function runBot(command: readonly string[], flags: BotFlags, context: NounContext): Promise<void> {
  const { lang, stderr } = context;
  const perMinute = wholeOf(flags.rate, '--rate', context);
  const restarts = wholeOf(flags.restarts, '--restarts', context);
  context.takeOver();
  const stop = stopOnSignals();
  const input = new LineReader(process.stdin);
  const options = await connectionOf(flags, context, input);
  process.stdin.destroy();
  const channels = flags.channel.map(channelNamed);
  let client: ChatClient | null = null;
  try {
    client = await connect({ ...options, channels, caps: pipeCaps, limits: patientLimits });
    const supervisor = new Supervisor(client, {
      command,
      talk: { channels, isText: flags.text === true, rate: { burst: Math.min(burst, perMinute), perSecond: perMinute / 60 }, lang },
      restarts,
      signal: stop.signal,
      tell: (text) => stderr.write(`classcord: ${texts[text.what][lang].replace('{what}', text.detail)}\n`),
    });
    const code = await Promise.race([supervisor.run(), untilClosed(client)]).finally(() => supervisor.stop());
    context.finish(stop.exit() ?? code);
  } catch (error) {
    throw commandErrorOf(error, options, lang);
  } finally {
    await client?.close();
  }
}

function wholeOf(value: string, flag: string, { lang }: NounContext): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0 && number <= 1_000_000) return number;
  throw new CommandError('usage', texts.number[lang].replace('{flag}', flag).replace('{value}', value));
}

const texts = {
  number: { en: '{flag} {value} must be a whole number from 1 on', fr: '{flag} {value} doit être un nombre entier à partir de 1' },
  missing: { en: 'the program cannot be started: {what}', fr: 'le programme ne peut pas être lancé : {what}' },
  restart: { en: 'the program has ended ({what}) and is started again', fr: 'le programme s’est arrêté ({what}) et est relancé' },
  enough: { en: 'the program ends again and again ({what}): given up', fr: 'le programme s’arrête sans cesse ({what}) : abandon' },
} as const;
