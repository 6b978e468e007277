import type { AuditDraft } from './moderation.ts';

/** A class: people of a roster, their channels, and the code that lets others in. */
export interface SchoolClass {
  readonly id: number;
  readonly name: string;
  readonly fold: string;
  /** What whoever is not on the roster types to get in. */
  readonly code: string;
  readonly createdAt: string;
  /** Null: it is open. */
  readonly closedAt: string | null;
}

export interface ClassChannel {
  readonly channelId: number;
  readonly name: string;
  readonly fold: string;
  /** Everybody of the class is in it; otherwise it is that of one group. */
  readonly isCommon: boolean;
}

/** Somebody of a roster whose account is made with the class, or is there already. */
export type ClassPerson = {
  readonly username: string;
  readonly fold: string;
  /** Folds of the channels that it is in beside the common ones. */
  readonly channels: readonly string[];
} & ({ readonly passwordHash: string } | { readonly accountId: number });

/** Everything of a new class; it is made whole or not at all. */
export interface NewClass {
  readonly name: string;
  readonly fold: string;
  readonly code: string;
  readonly channels: readonly { readonly name: string; readonly fold: string; readonly isCommon: boolean; readonly readOnly: boolean }[];
  readonly people: readonly ClassPerson[];
  /** Accounts that own the channels. */
  readonly teachers: readonly number[];
  readonly at: number;
}

/** Classes. Each method is one atomic step. */
export interface ClassStore {
  /** Null: a class, channel or account of one of the names is there already; nothing was made. */
  create(made: NewClass, audit: AuditDraft): Promise<SchoolClass | null>;
  list(): Promise<readonly SchoolClass[]>;
  find(fold: string): Promise<SchoolClass | null>;
  /** The open class of that code. */
  byCode(code: string): Promise<SchoolClass | null>;
  channels(classId: number): Promise<readonly ClassChannel[]>;
  members(classId: number): Promise<readonly { readonly accountId: number; readonly username: string }[]>;
  /** Puts an account into the class and its common channels. */
  enter(entry: { readonly classId: number; readonly accountId: number; readonly at: number }): Promise<void>;
  /** Closes it and archives its channels; accounts stay. */
  close(closing: { readonly classId: number; readonly at: number }, audit: AuditDraft): Promise<void>;
}
