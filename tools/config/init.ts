import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from '../../server/base/exit-codes.ts';
import { formInWords, type SettingRow, settingRows, tomlValue } from '../../server/config/settings.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { NounContext } from '../cli/context.ts';

/** Writes the commented configuration file; one that exists is replaced only by force. */
export function initConfig(
  { output = 'classcord.toml', force = false }: { readonly output?: string; readonly force?: boolean },
  context: NounContext,
): void {
  const text = configTemplate(settingRows(), context.lang);
  if (output === '-') {
    context.stdout.write(text);
    return;
  }
  try {
    writeFileSync(resolve(context.cwd, output), text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CommandError('conflict', texts.exists[context.lang].replace('{file}', output), { cause });
    throw new CommandError('failed', texts.failed[context.lang].replace('{file}', output).replace('{code}', code), { cause });
  }
  context.stdout.write(`${texts.written[context.lang].replace('{file}', output)}\n`);
}

/** The file: comments begin with `# `, settings that are commented out with `#`. */
export function configTemplate(rows: readonly SettingRow[], lang: Lang): string {
  const lines = texts.head[lang].flatMap((text) => comment(text));
  let section = '';
  for (const row of rows) {
    const [head = '', ...name] = row.key.split('.');
    if (head !== section) lines.push('', `[${head}]`);
    section = head;
    lines.push(
      '',
      ...comment(lang === 'fr' ? row.docFr || row.doc : row.doc),
      ...comment(`(${formInWords(row.form, lang)})`),
      `#${name.join('.')} = ${tomlValue(row.default)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

const widest = 100;

function comment(text: string): string[] {
  const lines = ['#'];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '#' && last.length + word.length >= widest) lines.push(`# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

const texts = {
  exists: {
    en: '{file} exists already; --force replaces it, -o FILE names another',
    fr: '{file} existe déjà ; --force le remplace, -o FICHIER en indique un autre',
  },
  failed: { en: '{file} cannot be written ({code})', fr: '{file} ne peut pas être écrit ({code})' },
  written: {
    en: '{file} is written. After changes: classcord config check',
    fr: '{file} est écrit. Après modification : classcord config check',
  },
  head: {
    en: [
      'ClassCord Server: every setting with its default. Take away the # in front of one to change it.',
      'Last wins: this file, .env, the environment (CLASSCORD__SECTION__KEY), flags of classcord serve.',
      'classcord config check says whether it is right, classcord config show where each value comes from.',
    ],
    fr: [
      'ClassCord Server : chaque réglage et sa valeur par défaut. Ôtez le # devant l’un d’eux pour le changer.',
      'Le dernier l’emporte : ce fichier, .env, l’environnement (CLASSCORD__SECTION__KEY), les options de classcord serve.',
      'classcord config check dit si tout est juste, classcord config show d’où vient chaque valeur.',
    ],
  },
} as const;
