import { type LoadedConfig, loadConfig, type ServeOptions } from '../../server/config/load.ts';
import { maskedValue, settingRows, tomlValue } from '../../server/config/settings.ts';
import type { NounContext } from '../cli/context.ts';

/** Says `ok`, with warnings on standard error; what is wrong is thrown. */
export function checkConfig(options: ServeOptions, context: NounContext): void {
  const { file, notes } = loadConfig({ options: { ...options, lang: context.lang }, env: context.env, cwd: context.cwd });
  for (const note of notes) context.stderr.write(`${context.lang === 'fr' ? 'avertissement :' : 'warning:'} ${note}\n`);
  context.stdout.write(file === null ? 'ok\n' : `ok (${file})\n`);
}

/** Shows every value and its origin, as lines of TOML or as one JSON document. Secrets are masked. */
export function showConfig(options: ServeOptions, isJson: boolean, context: NounContext): void {
  const loaded = loadConfig({ options: { ...options, lang: context.lang }, env: context.env, cwd: context.cwd });
  const shown = shownSettings(loaded);
  context.stdout.write(
    isJson
      ? `${JSON.stringify({ file: loaded.file, notes: loaded.notes, settings: Object.fromEntries(shown) }, null, 2)}\n`
      : asToml(shown),
  );
}

interface Shown {
  readonly value: unknown;
  readonly origin: string;
}

function shownSettings({ config, origins }: LoadedConfig): [string, Shown][] {
  return settingRows().map(({ key }) => {
    const value = key.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], config);
    return [key, { value: maskedValue(key, value), origin: origins.get(key) ?? '' }];
  });
}

const widestColumn = 60;

function asToml(settings: readonly (readonly [string, Shown])[]): string {
  const lines = settings.map(([key, { value, origin }]) => ({ line: `${key} = ${tomlValue(value)}`, origin }));
  const width = Math.max(...lines.map(({ line }) => line.length).filter((length) => length <= widestColumn));
  return lines.map(({ line, origin }) => `${line.padEnd(width)}  # ${origin}\n`).join('');
}
