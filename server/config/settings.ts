import { z } from 'zod';
import type { Lang } from '../protocol/texts.ts';
import { frenchDocs } from './french.ts';
import { configSchema, secretSettings } from './schema.ts';

/** What form the value of a setting has. */
export interface SettingForm {
  readonly kind: 'text' | 'choice' | 'flag' | 'whole' | 'number' | 'list' | 'map';
  readonly options?: readonly string[];
  readonly least?: number;
  readonly most?: number;
}

/** One setting: what the reference page, `config init` and every message about it say. */
export interface SettingRow {
  /** `section.key`, or `section.key.part` for a setting of several parts. */
  readonly key: string;
  /** Its form in English words. */
  readonly type: string;
  readonly default: unknown;
  readonly doc: string;
  /** The same in French. */
  readonly docFr: string;
  readonly form: SettingForm;
}

/** All settings in the order of the schema. */
export function settingRows(): SettingRow[] {
  return rowsOf(z.toJSONSchema(configSchema, { io: 'input' }) as Shape, '', '');
}

/** The form in words that follow “must be”. */
export function formInWords(form: SettingForm, lang: Lang): string {
  const words = formWords[lang];
  const { kind, options = [], least, most } = form;
  if (kind === 'choice') return `${words.choice} ${options.join(', ')}`;
  if (least === undefined) return words[kind];
  return words[kind] + (most === undefined ? words.atLeast(least) : words.between(least, most));
}

/** A value as it may be shown to anybody: secrets, and passwords in addresses, are masked. */
export function maskedValue(key: string, value: unknown): unknown {
  if (secretSettings.some((secret) => secret === key)) return value === '' ? '' : '***';
  return typeof value === 'string' ? value.replace(/:\/\/[^@/\s]*@/g, '://***@') : value;
}

/** The same on one line, as TOML spells it. */
export function shownValue(key: string, value: unknown): string {
  return tomlValue(maskedValue(key, value));
}

/** A value as TOML spells it, on one line. */
export function tomlValue(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null || value instanceof Date) return JSON.stringify(value);
  const parts = Object.entries(value).map(([name, part]) => `${JSON.stringify(name)} = ${tomlValue(part)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

/** What we use of JSON Schema, in which zod describes its schemas. */
interface Shape {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: false | Shape;
}

function rowsOf(shape: Shape, key: string, parentDoc: string): SettingRow[] {
  const doc = [parentDoc, shape.description].filter(Boolean).join(' ');
  if (shape.properties !== undefined) {
    return Object.entries(shape.properties).flatMap(([name, part]) => rowsOf(part, key === '' ? name : `${key}.${name}`, doc));
  }
  const form = formOf(shape);
  return [{ key, type: formInWords(form, 'en'), default: shape.default, doc, docFr: frenchDoc(key), form }];
}

/** A part of a rate says what the whole is for. */
function frenchDoc(key: string): string {
  const at = key.lastIndexOf('.');
  return frenchDocs[key] ?? [frenchDocs[key.slice(0, at)], frenchDocs[`*${key.slice(at)}`]].filter(Boolean).join(' ');
}

function formOf(shape: Shape): SettingForm {
  if (shape.enum !== undefined) return { kind: 'choice', options: shape.enum };
  const kind = kinds[shape.type];
  return { kind, ...rangeOf(kind === 'map' && shape.additionalProperties ? shape.additionalProperties : shape) };
}

const kinds = { string: 'text', boolean: 'flag', integer: 'whole', number: 'number', array: 'list', object: 'map' } as const;

function rangeOf({ minimum, maximum }: Shape): { least?: number; most?: number } {
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return { ...(minimum === undefined ? {} : { least: minimum }), ...(isBounded ? { most: maximum } : {}) };
}

const formWords = {
  en: {
    text: 'a text',
    choice: 'one of',
    flag: 'true or false',
    whole: 'a whole number',
    number: 'a number',
    list: 'a list of texts',
    map: 'a table of NETWORK = NUMBER, each number',
    atLeast: (least: number) => ` of at least ${least}`,
    between: (least: number, most: number) => ` from ${least} to ${most}`,
  },
  fr: {
    text: 'un texte',
    choice: 'l’un de',
    flag: 'true ou false',
    whole: 'un nombre entier',
    number: 'un nombre',
    list: 'une liste de textes',
    map: 'une table RÉSEAU = NOMBRE, chaque nombre',
    atLeast: (least: number) => ` d’au moins ${least}`,
    between: (least: number, most: number) => ` de ${least} à ${most}`,
  },
} as const;
