import type { z } from 'zod';
import type { Clock } from '../base/clock.ts';
import type { ExitName } from '../base/exit-codes.ts';
import type { AccountCare } from '../domain/account-care.ts';
import type { ChannelCare } from '../domain/channel-care.ts';
import type { Channels } from '../domain/channels.ts';
import type { Classes } from '../domain/classes.ts';
import type { Moderation } from '../domain/moderation.ts';
import type { Actor } from '../domain/people.ts';
import type { Roster } from '../domain/presence.ts';
import type { Tokens } from '../domain/tokens.ts';
import type { Totp } from '../domain/totp.ts';
import type { Lang } from '../protocol/texts.ts';
import type { Store } from '../store/store.ts';

/** What the verbs work with: the domain objects of the running server, or those of a database that nobody serves. */
export interface OperatorParts {
  readonly rules: RulesCare;
  readonly store: Store;
  readonly clock: Clock;
  readonly accounts: AccountCare;
  readonly tokens: Tokens;
  readonly totp: Totp;
  readonly channels: Channels;
  readonly care: ChannelCare;
  readonly classes: Classes;
  readonly moderation: Moderation;
  /** Who is here; nobody where no server runs. */
  readonly roster: Roster;
}

/** A rules file as it would be. */
export interface PlannedRules {
  readonly file: string;
  readonly text: string;
  readonly isOn: boolean;
}

/** The rules file of automatic moderation. Whatever cannot be done is a VerbRefusal. */
export interface RulesCare {
  /** Where it is, and whether it is switched on. */
  check(): { readonly file: string; readonly enabled: boolean };
  template(isForced: boolean): PlannedRules;
  switched(isOn: boolean): PlannedRules;
  /** Writes it, with its row of the audit when that switches anything; a running server works by it from then on. */
  write(by: Actor, planned: PlannedRules): Promise<void>;
}

/** A refusal that is no error of the wire: how the command ends, and why. */
export class VerbRefusal extends Error {
  override readonly name = 'VerbRefusal';
  readonly exit: ExitName;
  readonly texts: Bilingual;

  constructor(exit: ExitName, texts: Bilingual) {
    super(texts.en);
    this.exit = exit;
    this.texts = texts;
  }
}

export type Bilingual = Readonly<Record<Lang, string>>;
export type Facts = Readonly<Record<string, unknown>>;

/** What a verb would do, checked against the database as it is. */
export interface Plan {
  /** What is told: of the things asked for, or as they will be. */
  readonly data: Facts | readonly Facts[];
  /** Does it; what it returns is told too. Missing: the verb only reads. */
  readonly apply?: () => Promise<Facts | undefined>;
  /** How the command ends though it was answered: what was asked about is not as it should be. */
  readonly exit?: ExitName;
}

/** A field of a verb, as the command line explains it. */
export interface FieldTexts {
  readonly doc: Bilingual;
  /** The name of its value in help: NAME, DIR, N. */
  readonly value?: string;
  /** Not an argument: the command reads it from standard input, from a file, or makes it. */
  readonly isRead?: boolean;
}

export interface Verb {
  readonly input: z.ZodObject;
  /** Fields that stand without a flag, in this order. */
  readonly args: readonly string[];
  readonly fields: Readonly<Record<string, FieldTexts>>;
  /** `destroy`: asks before it is done. */
  readonly kind: 'read' | 'change' | 'destroy';
  /** May make the database where there is none yet. */
  readonly isFirst?: boolean;
  /** Called by another command, not typed. */
  readonly isInner?: boolean;
  readonly summary: Bilingual;
  /** One sentence when it is done; `{field}` stands for a field of the data, `{one other}` for those of several that there are. */
  readonly done?: Bilingual;
  readonly example: string;
  readonly plan: (parts: OperatorParts, input: never, by: Actor) => Promise<Plan>;
}

/** Declares a verb, its plan typed after its input. */
export function verb<S extends z.ZodObject>(
  row: Omit<Verb, 'input' | 'plan' | 'fields'> & {
    readonly input: S;
    readonly fields: Readonly<Record<keyof z.output<S> & string, FieldTexts>>;
    readonly plan: (parts: OperatorParts, input: z.output<S>, by: Actor) => Promise<Plan>;
  },
): Verb {
  return row as unknown as Verb;
}
