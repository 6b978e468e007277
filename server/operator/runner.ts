import { z } from 'zod';
import { exitCodes } from '../base/exit-codes.ts';
import { operatorActor } from '../domain/people.ts';
import { ChatError, errorCodes } from '../protocol/errors.ts';
import { type Lang, langs } from '../protocol/texts.ts';
import { isVerb, operatorVerbs } from './table.ts';
import { type Facts, type OperatorParts, type Verb, VerbRefusal } from './verb.ts';

/** One verb as it is asked for: over the control socket, or by the command itself where no server runs. */
export const operatorRequest = z.strictObject({
  verb: z.string().max(64),
  input: z.record(z.string(), z.unknown()).default({}),
  dry_run: z.boolean().default(false),
  /** Who asks, by the name of the machine’s user; the socket is open to the owner of the data folder only, who may say what he likes. */
  by: z.string().min(1).max(64),
  lang: z.enum(langs).default('en'),
});
export type OperatorRequest = z.input<typeof operatorRequest>;

export type OperatorAnswer =
  | { readonly ok: true; readonly data: Facts | readonly Facts[]; readonly exit?: number }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly exit: number; readonly field?: string };

/** Runs verbs: plans each against the database as it is, and carries the plan out unless it is a dry run. Throws nothing. */
export async function runOperator(parts: OperatorParts, request: unknown): Promise<OperatorAnswer> {
  const parsed = operatorRequest.safeParse(request);
  if (!parsed.success) return refusal(new ChatError('invalid_field', { field: String(parsed.error.issues[0]?.path[0] ?? '') }), 'en');
  const { verb: name, input, dry_run, by, lang } = parsed.data;
  try {
    if (!isVerb(name)) throw new ChatError('unknown_type', { params: { type: name } });
    const verb: Verb = operatorVerbs[name];
    const checked = verb.input.safeParse(input);
    if (!checked.success) throw new ChatError('invalid_field', { field: String(checked.error.issues[0]?.path[0] ?? '') });
    const plan = await verb.plan(parts, checked.data as never, operatorActor(by));
    const exit = plan.exit === undefined ? {} : { exit: exitCodes[plan.exit].code };
    if (dry_run || plan.apply === undefined) return { ok: true, data: dry_run ? marked(plan.data) : plan.data, ...exit };
    const more = await plan.apply();
    return { ok: true, data: more === undefined ? plan.data : { ...plan.data, ...more } };
  } catch (error) {
    return refusal(error, lang);
  }
}

function refusal(thrown: unknown, lang: Lang): OperatorAnswer {
  if (thrown instanceof VerbRefusal)
    return { ok: false, code: thrown.exit, message: thrown.texts[lang], exit: exitCodes[thrown.exit].code };
  const error = ChatError.from(thrown);
  const message = error.code === 'internal' && thrown instanceof Error ? thrown.message : error.textIn(lang);
  const { field } = error.details;
  return {
    ok: false,
    code: error.code,
    message,
    exit: errorCodes[error.code].exit ?? exitCodes.failed.code,
    ...(field === undefined ? {} : { field }),
  };
}

/** A dry run says so; a list stays one. */
function marked(data: Facts | readonly Facts[]): Facts | readonly Facts[] {
  return isList(data) ? data : { ...data, dry_run: true };
}

function isList(data: Facts | readonly Facts[]): data is readonly Facts[] {
  return Array.isArray(data);
}
