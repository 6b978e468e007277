import { CommandError } from '../base/exit-codes.ts';
import type { Lang } from '../protocol/texts.ts';
import { aliasSettings } from './aliases.ts';
import { checkConfig, defaultOrigin } from './checks.ts';
import { fileSettings, findFile } from './file.ts';
import { type Given, givenText, partsOf, type Settings } from './given.ts';
import { notesOf } from './notes.ts';
import { ConfigProblem } from './problems.ts';
import { type Config, configSchema, type Profile, profiles } from './schema.ts';
import { formInWords, settingRows, shownValue } from './settings.ts';
import { nearest } from './suggest.ts';
import { type Environment, readVariables, type Variables, variableText } from './variables.ts';

/** What the flags of `classcord serve` say; `classcord config check|show` take the same ones. */
export interface ServeOptions {
  /** `--config FILE` */
  readonly config?: string;
  /** `--profile bench`: above file and environment, below the other flags. */
  readonly profile?: Profile;
  /** `--listen HOST:PORT`, repeatable. */
  readonly listen?: readonly string[];
  /** `--data DIR` */
  readonly data?: string;
  /** `--set section.key=value`, repeatable; the last one of a key wins. */
  readonly set?: readonly string[];
  /** `--lang`, else the locale: the language of problems and notes. */
  readonly lang?: Lang;
}

export interface ConfigInputs {
  readonly options: ServeOptions;
  readonly env: Environment;
  /** Where `.env` and `classcord.toml` are looked for, and relative paths begin. */
  readonly cwd: string;
}

export interface LoadedConfig {
  /** Frozen to the bottom. */
  readonly config: Config;
  /** Where each setting got its value: `default`, `classcord.toml:12`, a variable, a flag. */
  readonly origins: ReadonlyMap<string, string>;
  /** What the log should warn of at start. */
  readonly notes: readonly string[];
  /** The file that was read, or null. */
  readonly file: string | null;
}

/**
 * The settings of this start. Last wins: defaults, file, `.env`, environment, seed aliases, profile, flags.
 * Throws CommandError `config` with one line that names the setting, its value, where it was written and what to do.
 */
export function loadConfig(inputs: ConfigInputs): LoadedConfig {
  try {
    return load(inputs);
  } catch (cause) {
    if (cause instanceof ConfigProblem) throw new CommandError('config', cause.line(inputs.options.lang ?? 'en'), { cause });
    throw cause;
  }
}

function load({ options, env, cwd }: ConfigInputs): LoadedConfig {
  const { lang = 'en' } = options;
  const settings: Settings = new Map(settingRows().map((row) => [row.key, row]));
  const variables = readVariables(env, cwd);
  const file = findFile(options.config, variables, cwd);
  const aliases = aliasSettings(variables, settings, cwd);
  const layers = [
    ...(file === null ? [] : fileSettings(file, settings)),
    ...variableSettings(variables, settings, cwd),
    ...aliases,
    ...profileSettings(options.profile, settings),
    ...flagSettings(options, settings),
  ];

  const chosen = lastOfEach(layers, settings);
  const config = parseConfig(chosen, settings, lang);
  const origins = new Map([...settings.keys()].map((key) => [key, chosen.get(key)?.origin ?? defaultOrigin]));
  checkConfig(config, origins);
  return { config: deepFreeze(config), origins, notes: notesOf({ config, options, aliases, lang }), file: file?.name ?? null };
}

const variablePrefix = 'CLASSCORD__';

/** `CLASSCORD__LIMITS__LINE_BYTES` is `limits.line_bytes`, and with `_FILE` behind it names a file with the value. */
function variableSettings(variables: Variables, settings: Settings, cwd: string): Given[] {
  const ours = [...variables.values()].filter(({ name }) => name.startsWith(variablePrefix));
  return ours.map(({ name, value, origin }) => {
    const base = settings.has(keyOf(name)) ? name : name.replace(/_FILE$/, '');
    if (!settings.has(keyOf(base))) return { key: keyOf(name), origin, value };
    const found = variableText(variables, base, cwd);
    return givenText(settings, keyOf(base), { text: found?.value ?? value, origin: found?.origin ?? origin });
  });
}

function keyOf(variable: string): string {
  return variable.slice(variablePrefix.length).toLowerCase().replaceAll('__', '.');
}

function profileSettings(profile: string | undefined, settings: Settings): Given[] {
  if (profile === undefined) return [];
  const origin = `--profile ${profile}`;
  const values: unknown = Object.hasOwn(profiles, profile) ? profiles[profile as Profile] : null;
  if (values === null) throw new ConfigProblem(origin, 'profile', { known: Object.keys(profiles).join(', ') });
  return [...settings.keys()].flatMap((key) => {
    const value = key.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], values);
    return value === undefined ? [] : [{ key, origin, value }];
  });
}

function flagSettings({ listen, data, set = [] }: ServeOptions, settings: Settings): Given[] {
  const pairs = set.map((text) => {
    const at = text.indexOf('=');
    if (at <= 0) throw new ConfigProblem(`--set ${text}`, 'set_form');
    return givenText(settings, text.slice(0, at).trim(), { text: text.slice(at + 1), origin: '--set' });
  });
  return [
    ...(listen === undefined || listen.length === 0 ? [] : [{ key: 'server.listen', origin: '--listen', value: listen }]),
    ...(data === undefined ? [] : [{ key: 'server.data', origin: '--data', value: data }]),
    ...pairs,
  ];
}

function lastOfEach(layers: readonly Given[], settings: Settings): Map<string, Given> {
  const chosen = new Map<string, Given>();
  for (const given of layers) {
    if (!settings.has(given.key)) throw unknownKey(given, settings);
    chosen.set(given.key, given);
  }
  return chosen;
}

function unknownKey({ key, origin }: Given, settings: Settings): ConfigProblem {
  const [part] = partsOf(settings, key);
  if (part !== undefined) return new ConfigProblem(origin, 'section', { key, near: part });
  const near = nearest(key, [...settings.keys()]);
  return near === null ? new ConfigProblem(origin, 'unknown', { key }) : new ConfigProblem(origin, 'unknown_near', { key, near });
}

function parseConfig(chosen: ReadonlyMap<string, Given>, settings: Settings, lang: Lang): Config {
  const result = configSchema.safeParse(nest(chosen));
  if (result.success) return result.data;
  const path = result.error.issues[0]?.path ?? [];
  const key = path.map((_, index) => path.slice(0, index + 1).join('.')).find((prefix) => settings.has(prefix));
  const [row, given] = [settings.get(key ?? ''), chosen.get(key ?? '')];
  if (row === undefined || given === undefined) throw result.error;
  throw new ConfigProblem(given.origin, 'form', {
    key: row.key,
    value: shownValue(row.key, given.value),
    form: formInWords(row.form, lang),
    default: shownValue(row.key, row.default),
  });
}

function nest(chosen: ReadonlyMap<string, Given>): object {
  const root: Record<string, unknown> = {};
  for (const [key, { value }] of chosen) {
    const names = key.split('.');
    let table = root;
    for (const name of names.slice(0, -1)) {
      const inner = (table[name] ?? {}) as Record<string, unknown>;
      table[name] = inner;
      table = inner;
    }
    table[names.at(-1) ?? key] = value;
  }
  return root;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
