import type { Candidate } from '../complete.ts';
import type { Editor } from './editor.ts';

/** A field of the questions that are asked before there is a connection. */
export type WelcomeStep = 'address' | 'how' | 'name' | 'password' | 'again' | 'code';
export type Way = 'guest' | 'login' | 'register';

export interface WelcomeMode {
  readonly kind: 'welcome';
  readonly step: WelcomeStep;
  readonly address: string;
  readonly way: Way;
  readonly name: string;
  readonly password: string;
  /** The password of a new account once more: nobody sees what was typed. */
  readonly again: string;
  /** The six digits that the account asks for, or a recovery code. */
  readonly code: string;
  readonly error: string;
}

export interface Found {
  readonly place: string;
  readonly order: number;
  readonly from: string;
  readonly content: string;
  readonly at: number;
}

/** Secrets that a request wants, too; nobody sees them. The first of `fields` is being typed; `again` is only compared. */
export interface ProofMode {
  readonly kind: 'proof';
  readonly ask: { readonly type: string; readonly [key: string]: unknown };
  readonly fields: readonly ('password' | 'old' | 'new' | 'again')[];
  readonly input: Editor;
}

/** The question of each of them. */
export const proofTexts = { password: 'proving', old: 'proving', new: 'proving-new', again: 'ask-again' } as const;

/** What the keys are for at the moment. */
export type Mode =
  | { readonly kind: 'compose' }
  | {
      readonly kind: 'complete';
      readonly base: Editor;
      readonly start: number;
      readonly candidates: readonly Candidate[];
      readonly at: number;
    }
  | { readonly kind: 'select'; readonly key: number }
  | { readonly kind: 'confirm-delete'; readonly key: number }
  | { readonly kind: 'react'; readonly id: number; readonly input: Editor }
  | { readonly kind: 'report'; readonly id: number; readonly input: Editor }
  | ProofMode
  | { readonly kind: 'jump'; readonly input: Editor; readonly at: number }
  | {
      readonly kind: 'search';
      readonly input: Editor;
      readonly asked: string;
      readonly found: readonly Found[] | null;
      readonly at: number;
    }
  | { readonly kind: 'recall'; readonly input: Editor; readonly at: number }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'help'; readonly scroll: number }
  | WelcomeMode;
