import type { Config } from '../../server/config/schema.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { Bilingual } from '../cli/context.ts';

/** What one check found; `fix` says what to do, in one line. */
export interface Finding {
  readonly state: 'ok' | 'warning' | 'failure';
  readonly detail: string;
  readonly fix?: Bilingual;
}

/** The machine as the doctor sees it; tests change what they cannot change for real. */
export interface World {
  readonly nodeVersion: string;
  readonly now: () => number;
  /** Loads the native modules; throws what is wrong with them. */
  readonly loadNative: () => Promise<string>;
}

export interface CheckContext {
  readonly config: Config;
  readonly world: World;
  /** The database file. */
  readonly file: string;
  /** A server answers on the control socket of the data folder. */
  readonly isRunning: boolean;
  readonly lang: Lang;
}

export type Check = (context: CheckContext) => Finding | Promise<Finding>;

export function ok(detail: string): Finding {
  return { state: 'ok', detail };
}

export function warning(detail: string, fix: Bilingual): Finding {
  return { state: 'warning', detail, fix };
}

export function failure(detail: string, fix: Bilingual): Finding {
  return { state: 'failure', detail, fix };
}

/** The same command in both languages needs no translation. */
export function command(text: string): Bilingual {
  return { en: text, fr: text };
}
