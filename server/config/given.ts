import type { SettingForm, SettingRow } from './settings.ts';

/** A value that somebody gave a setting, and where. Texts (from variables and flags) are read by the form of the setting. */
export interface Given {
  readonly key: string;
  readonly origin: string;
  readonly value: unknown;
}

export type Settings = ReadonlyMap<string, SettingRow>;

/** A value that came as text. */
export function givenText(settings: Settings, key: string, { text, origin }: { text: string; origin: string }): Given {
  const row = settings.get(key);
  return { key, origin, value: row === undefined ? text : readText(row.form, text) };
}

/** The settings below a section, or none. */
export function partsOf(settings: Settings, key: string): string[] {
  return [...settings.keys()].filter((setting) => setting.startsWith(`${key}.`));
}

/** What a text means to a setting of this form. One that has no meaning stays a text, for the schema to refuse. */
function readText(form: SettingForm, text: string): unknown {
  const trimmed = text.trim();
  switch (form.kind) {
    case 'text':
    case 'choice':
      return trimmed;
    case 'flag':
      return flags.get(trimmed.toLowerCase()) ?? text;
    case 'whole':
    case 'number':
      return isNumber(trimmed) ? Number(trimmed.replaceAll('_', '')) : text;
    case 'list':
      return elements(trimmed);
    case 'map':
      return Object.fromEntries(elements(trimmed).map(readPair));
  }
}

const flags = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
]);

function isNumber(text: string): boolean {
  return /^[+-]?\d+(_\d+)*(\.\d+)?(e[+-]?\d+)?$/i.test(text);
}

function elements(text: string): string[] {
  return text
    .split(',')
    .map((element) => element.trim())
    .filter((element) => element !== '');
}

/** `192.0.2.0/24=10` */
function readPair(element: string): [string, unknown] {
  const [name = '', value = ''] = element.split('=').map((part) => part.trim());
  return [name, isNumber(value) ? Number(value) : value];
}
