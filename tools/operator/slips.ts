import { visible } from '../../server/base/log-format.ts';
import type { Bilingual, NounContext } from '../cli/context.ts';

/** What is cut out and handed to somebody; without a password the account was there before. */
export interface Slip {
  readonly username: string;
  readonly password: string | null;
}

export interface SlipsPage {
  readonly name: string;
  /** What those type who are not on the roster. */
  readonly code: string;
  /** Where the server is, as people type it; empty: not told. */
  readonly address: string;
  readonly slips: readonly Slip[];
}

/** Slips as text, a dashed line between two. */
export function slipsText({ name, address, slips }: SlipsPage, lang: NounContext['lang']): string {
  const { title, how, known } = slipTexts;
  const one = ({ username, password }: Slip) =>
    [
      `${title[lang].replace('{name}', name)}${address === '' ? '' : ` – ${address}`}`,
      `  ${username}`,
      password === null ? `  ${known[lang]}` : `  ${password}\n  ${how[lang]}`,
    ].join('\n');
  return `${slips.map((slip) => visible(one(slip)).replaceAll('\\u000a', '\n')).join(`\n${'- '.repeat(36)}\n`)}\n`;
}

/** Slips as a page to print, two in a row, none across a fold. Nothing that a name holds can run. */
export function slipsHtml({ name, code, address, slips }: SlipsPage, lang: NounContext['lang']): string {
  const { title, how, known, page, join } = slipTexts;
  const heading = escaped(title[lang].replace('{name}', name));
  const one = ({ username, password }: Slip) =>
    `<li><h2>${heading}</h2>${address === '' ? '' : `<p>${escaped(address)}</p>`}<p class="name">${escaped(username)}</p>` +
    (password === null ? `<p>${known[lang]}</p></li>` : `<p class="password">${escaped(password)}</p><p>${how[lang]}</p></li>`);
  return `<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(page[lang].replace('{name}', name))}</title>
<style>
  body { font: 11pt/1.4 sans-serif; margin: 1cm; }
  ul { display: grid; grid-template-columns: 1fr 1fr; gap: 0; list-style: none; padding: 0; }
  li { border: 1px dashed #888; padding: 4mm; break-inside: avoid; }
  h2 { font-size: 10pt; font-weight: normal; margin: 0; color: #555; }
  p { margin: 1mm 0; } .name { font-weight: bold; } .password { font: 14pt monospace; }
</style>
<h1>${escaped(page[lang].replace('{name}', name))}</h1>
<p>${escaped(join[lang].replace('{name}', name))} <b class="password">${escaped(code)}</b></p>
<ul>
${slips.map(one).join('\n')}
</ul>
</html>
`;
}

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

const slipTexts = {
  page: { en: 'Class {name}: slips', fr: 'Classe {name} : papiers' },
  title: { en: 'Class {name}', fr: 'Classe {name}' },
  join: { en: 'Not on the list? Join #{name} with this code:', fr: 'Pas sur la liste ? Rejoignez #{name} avec ce code :' },
  how: {
    en: 'First time: type this password, a blank, and the password that you choose. Then only your own.',
    fr: 'La première fois : tapez ce mot de passe, une espace, puis celui que vous choisissez. Ensuite, le vôtre seul.',
  },
  known: { en: 'Your account is there already: use your password.', fr: 'Votre compte existe déjà : utilisez votre mot de passe.' },
} as const satisfies Record<string, Bilingual>;
