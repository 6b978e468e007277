import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { problemIn, rulesIn } from './automod-file.ts';
import { rulesTemplate } from './automod-template.ts';
import type { Audit } from './domain/audit.ts';
import type { Actor } from './domain/people.ts';
import { type PlannedRules, type RulesCare, VerbRefusal } from './operator/verb.ts';
import type { Store } from './store/store.ts';

export interface RulesFileParts {
  /** Null: the settings name none. */
  readonly path: string | null;
  readonly audit: Audit;
  readonly state: Store['state'];
  /** The file was written; resolves when the server works by it. */
  readonly onWritten: (isOn: boolean) => Promise<void>;
}

/** Under which name the store keeps whether automatic moderation is in force. */
export const automodState = 'automod';

/** The rules file of automatic moderation, in the hands of an operator: what it says, and changes of it with their row of the audit. */
export class RulesFile implements RulesCare {
  readonly #parts: RulesFileParts;

  constructor(parts: RulesFileParts) {
    this.#parts = parts;
  }

  check(): { readonly file: string; readonly enabled: boolean } {
    const file = this.#file();
    const text = textOf(file);
    if (text === null) throw new VerbRefusal('usage', both(texts.missing, { file }));
    return { file, enabled: this.#isOn(file, text) };
  }

  /** The template, in place of what is there by force only. */
  template(isForced: boolean): PlannedRules {
    const file = this.#file();
    if (!isForced && existsSync(file)) throw new VerbRefusal('conflict', both(texts.exists, { file }));
    return { file, text: rulesTemplate, isOn: false };
  }

  /** The same rules, switched; a file with a mistake is not switched on. Without a file the rules as shipped. */
  switched(isOn: boolean): PlannedRules {
    const file = this.#file();
    const text = withSwitch(textOf(file) ?? rulesTemplate, isOn);
    if (isOn) this.#isOn(file, text);
    return { file, text, isOn };
  }

  /** First what cannot fail later, then the row, then the file gets its name: the server never reads half of it. */
  async write(by: Actor, { file, text, isOn }: PlannedRules): Promise<void> {
    const part = `${file}.${process.pid}.part`;
    try {
      writeFileSync(part, text);
      await this.#note(by, isOn);
      renameSync(part, file);
    } catch (cause) {
      rmSync(part, { force: true });
      const { code, syscall } = cause as NodeJS.ErrnoException;
      throw syscall === undefined ? cause : new VerbRefusal('failed', both(texts.failed, { file, code: code ?? syscall }));
    }
    await this.#parts.onWritten(isOn);
  }

  async #note(by: Actor, isOn: boolean): Promise<void> {
    const { audit, state } = this.#parts;
    if (((await state.get(automodState)) === 'on') === isOn) return;
    const action = isOn ? 'automod.enable' : 'automod.disable';
    await state.set({ name: automodState, value: isOn ? 'on' : 'off', audit: audit.draft(by, { action, subject: 'server' }) });
    audit.done(by, action);
  }

  #file(): string {
    const { path } = this.#parts;
    if (path === null) throw new VerbRefusal('usage', texts.nowhere);
    return path;
  }

  #isOn(file: string, text: string): boolean {
    try {
      return rulesIn(text).enabled;
    } catch (cause) {
      throw new VerbRefusal('config', { en: problemIn(file, cause, 'en'), fr: problemIn(file, cause, 'fr') });
    }
  }
}

/** The text with `enabled` set; it stands before the first table. */
function withSwitch(text: string, isOn: boolean): string {
  const lines = text.split('\n');
  const firstTable = lines.findIndex((line) => /^\s*\[/.test(line));
  const at = lines.findIndex((line, index) => (firstTable < 0 || index < firstTable) && /^\s*enabled\s*=/.test(line));
  const line = `enabled = ${isOn}`;
  if (at < 0) return [line, ...lines].join('\n');
  return lines.with(at, (lines[at] ?? '').replace(/^\s*enabled\s*=\s*[^#\r]*?(?=\s*(?:#.*)?\r?$)/, line)).join('\n');
}

/** Null: there is none. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new VerbRefusal('config', both(texts.unreadable, { file, code }));
  }
}

function both(text: Readonly<Record<'en' | 'fr', string>>, params: Readonly<Record<string, string>>) {
  const filled = (form: string) => form.replace(/\{(\w+)\}/g, (mark, name: string) => params[name] ?? mark);
  return { en: filled(text.en), fr: filled(text.fr) };
}

const texts = {
  nowhere: { en: 'automod.rules is empty: the server never looks.', fr: 'automod.rules est vide : le serveur ne regarde jamais.' },
  missing: {
    en: 'there is no file {file}; make one: classcord automod init',
    fr: 'il n’y a pas de fichier {file} ; pour en créer un : classcord automod init',
  },
  exists: {
    en: '{file} exists already; --force replaces it, -o FILE names another',
    fr: '{file} existe déjà ; --force le remplace, -o FICHIER en indique un autre',
  },
  failed: { en: '{file} cannot be written ({code})', fr: '{file} ne peut pas être écrit ({code})' },
  unreadable: { en: '{file}: this file cannot be read ({code})', fr: '{file} : ce fichier ne peut pas être lu ({code})' },
} as const;
