import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { type Given, partsOf, type Settings } from './given.ts';
import { ConfigProblem } from './problems.ts';
import type { Variables } from './variables.ts';

export interface ConfigFile {
  /** As the operator named it, or as it was found. */
  readonly name: string;
  readonly text: string;
}

/** The one configuration file: `--config`, else CLASSCORD_CONFIG, else the first that exists of the usual places; else null. */
export function findFile(named: string | undefined, variables: Variables, cwd: string): ConfigFile | null {
  const variable = variables.get('CLASSCORD_CONFIG');
  if (named !== undefined) return readFile(named, cwd, `--config ${named}`);
  if (variable !== undefined) return readFile(variable.value, cwd, `${variable.origin} ${variable.value}`);
  const found = usualPlaces(variables).find((place) => existsSync(resolve(cwd, place)));
  return found === undefined ? null : readFile(found, cwd, found);
}

/** What the file sets, each value with its line. */
export function fileSettings(file: ConfigFile, settings: Settings): Given[] {
  const whole = parseToml(file);
  const lines = linesOfKeys(file.text, settings);
  return flatten(whole, settings).map(([key, value]) => {
    const line = lines.get(key);
    return { key, value, origin: line === undefined ? file.name : `${file.name}:${line}` };
  });
}

function usualPlaces(variables: Variables): string[] {
  const home = variables.get('HOME')?.value;
  const xdg = variables.get('XDG_CONFIG_HOME')?.value ?? (home === undefined ? undefined : join(home, '.config'));
  return ['classcord.toml', ...(xdg === undefined ? [] : [join(xdg, 'classcord/classcord.toml')]), '/etc/classcord/classcord.toml'];
}

function readFile(name: string, cwd: string, origin: string): ConfigFile {
  try {
    return { name, text: readFileSync(resolve(cwd, name), 'utf8') };
  } catch (cause) {
    throw new ConfigProblem(origin, 'no_file', { code: (cause as NodeJS.ErrnoException).code ?? String(cause) });
  }
}

function parseToml({ name, text }: ConfigFile): object {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const detail = (cause.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '');
    throw new ConfigProblem(`${name}:${cause.line}`, 'not_toml', { detail });
  }
}

/** Tables become dotted keys, down to the settings; a table that is a setting stays whole. */
function flatten(table: object, settings: Settings, prefix = ''): [string, unknown][] {
  return Object.entries(table).flatMap(([name, value]: [string, unknown]): [string, unknown][] => {
    const key = prefix + name;
    if (!isTable(value) || settings.has(key)) return [[key, value]];
    const isUnknown = Object.keys(value).length === 0 && partsOf(settings, key).length === 0;
    return isUnknown ? [[key, value]] : flatten(value, settings, `${key}.`);
  });
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/**
 * The line on which each key is set. The parser tells lines of its errors only, so the file is parsed again up to each line that has a
 * `=`: a key is set on the first line after which it is there. A value of several lines counts from its first one.
 */
function linesOfKeys(text: string, settings: Settings): Map<string, number> {
  const found = new Map<string, number>();
  const lines = text.split(/\r?\n/);
  let begun: number | null = null;
  for (const [index, line] of lines.entries()) {
    if (begun === null && (!line.includes('=') || line.trimStart().startsWith('#'))) continue;
    begun ??= index + 1;
    const table = parseOrNull(lines.slice(0, index + 1).join('\n'));
    if (table === null) continue;
    for (const [key] of flatten(table, settings)) if (!found.has(key)) found.set(key, begun);
    begun = null;
  }
  return found;
}

function parseOrNull(text: string): object | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
