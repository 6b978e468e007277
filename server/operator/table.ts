import { auditVerbs } from './audit.ts';
import { automodVerbs } from './automod.ts';
import { channelVerbs } from './channels.ts';
import { classVerbs } from './classes.ts';
import { importVerbs } from './imports.ts';
import { keyVerbs } from './keys.ts';
import { moderationVerbs } from './moderation.ts';
import { tokenVerbs } from './tokens.ts';
import { userVerbs } from './users.ts';
import type { Verb } from './verb.ts';

/** Everything that an operator may do, once: `classcord NOUN VERB`, its help and its documentation are made from this. */
export const operatorVerbs = {
  ...userVerbs,
  ...keyVerbs,
  ...tokenVerbs,
  ...channelVerbs,
  ...classVerbs,
  ...moderationVerbs,
  ...automodVerbs,
  ...auditVerbs,
  ...importVerbs,
} satisfies Readonly<Record<string, Verb>>;

export type VerbName = keyof typeof operatorVerbs;

export function isVerb(name: string): name is VerbName {
  return Object.hasOwn(operatorVerbs, name);
}
