import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { CommandError, exitCodes } from '../../server/base/exit-codes.ts';
import { visible } from '../../server/base/log-format.ts';
import { loadConfig } from '../../server/config/load.ts';
import { importBatch } from '../../server/operator/imports.ts';
import type { Bilingual, NounContext } from '../cli/context.ts';
import { openControl } from '../operator/control.ts';
import type { OperatorFlags } from '../operator/flags.ts';
import { dataOptions } from '../operator/run.ts';
import { tableOf } from '../operator/shown.ts';
import { accountsIn, type FoundAccount } from './accounts.ts';
import { readPickle } from './pickle.ts';
import { PickleProblem, pickleLimits } from './pickle-machine.ts';

interface Imported {
  readonly username: string;
  readonly outcome: string;
  /** Why it was not made. */
  readonly reason?: string;
}

/** What is no reason to look again. */
const expected = new Set(['created', 'already_exists']);

/** Brings the accounts of a course server in; those that exist are left as they are. Exit 3 when one could not be taken. */
export async function importAccounts(path: string, flags: OperatorFlags, context: NounContext): Promise<void> {
  const { lang, stdout, stderr } = context;
  const found = readAccounts(path, lang);
  const { config } = loadConfig({ options: dataOptions(flags, lang), env: context.env, cwd: context.cwd });
  const dryRun = flags.dryRun === true;
  const control = await openControl(config, { mayMake: !dryRun, open: context.openDatabase, lang });
  try {
    const report: Imported[] = found
      .filter(({ password }) => password === null)
      .map(({ username }) => ({ username, outcome: 'no_password', reason: texts.noPassword[lang] }));
    const usable = found.filter(({ password }) => password !== null);
    for (let at = 0; at < usable.length; at += importBatch) {
      const input = { accounts: usable.slice(at, at + importBatch), source: basename(path).slice(0, 256) };
      const { data } = await control.ask({ verb: 'import accounts', input, dryRun, lang });
      const { accounts } = data as unknown as { accounts: (Omit<Imported, 'reason'> & { reason?: Bilingual })[] };
      report.push(...accounts.map(({ reason, ...one }) => ({ ...one, ...(reason === undefined ? {} : { reason: reason[lang] }) })));
      if (stderr.isTTY === true) stderr.write(`\r${Math.min(at + importBatch, usable.length)}/${usable.length}`);
    }
    if (stderr.isTTY === true) stderr.write('\n');
    stdout.write(flags.json === true ? `${JSON.stringify({ accounts: report, dry_run: dryRun })}\n` : summary(report, dryRun, lang));
    if (report.some(({ outcome }) => !expected.has(outcome))) context.finish(exitCodes.partly.code);
  } finally {
    await control.close();
  }
}

function readAccounts(path: string, lang: NounContext['lang']): readonly FoundAccount[] {
  const say = (text: Bilingual, why = '') => text[lang].replace('{path}', visible(path)).replace('{why}', why);
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > pickleLimits.bytes) throw new Error(`${size} bytes > ${pickleLimits.bytes}`);
    bytes = readFileSync(path);
  } catch (cause) {
    throw new CommandError('usage', say(texts.unreadable, (cause as Error).message), { cause });
  }
  try {
    const accounts = accountsIn(readPickle(bytes));
    if (accounts === null) throw new PickleProblem('malformed', say(texts.noDictionary));
    return accounts;
  } catch (cause) {
    if (cause instanceof PickleProblem) throw new CommandError('usage', say(texts.refused, cause.message), { cause });
    throw cause;
  }
}

function summary(report: readonly Imported[], isDry: boolean, lang: NounContext['lang']): string {
  const created = report.filter(({ outcome }) => outcome === 'created').length;
  const line = (isDry ? texts.would : texts.created)[lang].replace('{created}', String(created)).replace('{all}', String(report.length));
  const hasReasons = report.some(({ reason }) => reason !== undefined);
  const rows = report.map(({ username, outcome, reason }) => ({ username, outcome, ...(hasReasons ? { reason } : {}) }));
  return `${tableOf(rows, lang)}${line}\n`;
}

const texts = {
  unreadable: { en: '{path} cannot be read: {why}.', fr: '{path} ne peut pas être lu : {why}.' },
  refused: { en: '{path} is refused, nothing was imported: {why}.', fr: '{path} est refusé, rien n’a été importé : {why}.' },
  noPassword: { en: 'No password stands beside the name.', fr: 'Aucun mot de passe n’accompagne le nom.' },
  noDictionary: { en: 'it is no dictionary of accounts', fr: 'ce n’est pas un dictionnaire de comptes' },
  created: { en: '{created} of {all} accounts were made.', fr: '{created} comptes créés sur {all}.' },
  would: {
    en: 'Nothing was changed; {created} of {all} accounts would be made.',
    fr: 'Rien n’a été changé ; {created} comptes seraient créés sur {all}.',
  },
} as const satisfies Record<string, Bilingual>;
