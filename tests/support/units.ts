import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const unitFolder = 'packaging/systemd';
export const units = ['classcord.service', 'classcord-exporter.service'] as const;
export type Unit = (typeof units)[number];

/** What a unit sets that key to, once for each of its lines. */
export function unitValues(unit: Unit, key: string): string[] {
  const lines = readFileSync(join(unitFolder, unit), 'utf8').split('\n');
  return lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
}

/** The variables that a unit sets: one on each line, without quotes. */
export function unitEnv(unit: Unit): Record<string, string> {
  return Object.fromEntries(
    unitValues(unit, 'Environment').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}
