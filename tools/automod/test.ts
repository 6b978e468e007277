import { once } from 'node:events';
import { resolve } from 'node:path';
import { shippedRules } from '../../server/automod-file.ts';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { Watch } from '../../server/domain/automod/watch.ts';
import type { NounContext, Output } from '../cli/context.ts';
import { atEnd } from '../export/at-end.ts';
import { openDatabase } from '../export/source.ts';
import { timeOf } from '../export/times.ts';
import { replay } from './replay.ts';
import { jsonReport, type Report, textReport } from './report.ts';
import { noFile, type PlaceFlags, placesOf, rulesToTry } from './rules-file.ts';
import { say } from './texts.ts';

export interface AutomodTestFlags extends PlaceFlags {
  readonly since: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** `classcord automod test`: tells who would have been hit, each hit when it is found and each person at the end. Only reads. */
export async function testRules(named: string | undefined, flags: AutomodTestFlags, context: NounContext): Promise<void> {
  const { lang, cwd, stdout } = context;
  const now = new Date();
  const bounds = [timeFlag('since', flags.since), timeFlag('until', flags.until)] as const;
  const places = placesOf(flags, context);
  const { watch, shown } = chosenRules(named === undefined ? null : resolve(cwd, named), places.rules);
  const db = openDatabase(places.database, lang);
  const forget = atEnd(() => db.close());
  const report: Report = flags.json === true ? jsonReport() : textReport(lang);
  try {
    await write(stdout, report.head(shown));
    for (const item of replay(db, watch, [bounds[0] ?? '', bounds[1] ?? '~'])) {
      await write(stdout, 'looked' in item ? report.looked(item.looked) : report.hit(item));
    }
    await write(stdout, report.end());
  } finally {
    forget();
    db.close();
  }

  function chosenRules(file: string | null, usual: string | null): { watch: Watch; shown: string | null } {
    const own = file ?? usual;
    const watch = own === null ? null : rulesToTry(own, lang);
    if (watch === null && file !== null) throw noFile(file, lang);
    return watch === null ? { watch: shippedRules(), shown: null } : { watch, shown: own };
  }

  function timeFlag(flag: 'since' | 'until', text: string | undefined): string | null {
    if (text === undefined) return null;
    const time = timeOf(text, { now, isEnd: flag === 'until' });
    if (time === null) throw new CommandError('usage', say(lang, 'bad_time', { flag: `--${flag}`, text }));
    return time.toISOString();
  }
}

/** A reader that takes its time is waited for. */
async function write(output: Output, text: string): Promise<void> {
  if (text !== '' && output.write(text) === false) await once(output as unknown as NodeJS.WritableStream, 'drain');
}
