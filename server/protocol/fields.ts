import { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import { wire } from './limits.ts';

/** Fields that several requests share, and the shape in which each request is declared. */
export const ref = z.string().min(1).max(wire.ref).refine(isRef).optional();
/** A name as somebody typed it: the naming rule is asked later, so that a login says `login_failed` and not what is wrong. */
export const typedName = z.string().max(wire.field);
export const password = z.string();
export const channelName = z.string().min(1).max(wire.field);
export const content = z.string();
/** The `id` of a stored message. */
export const messageId = z.int().positive();

/** Whether a text may come back as it is: well-formed, 1 to 64 bytes of UTF-8. */
export function isRef(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= wire.ref && value.isWellFormed();
}

/** So many bytes in base64, as everybody spells them. */
export function base64(bytes: number) {
  return z.string().refine((text) => {
    const read = Buffer.from(text, 'base64');
    return read.length === bytes && read.toString('base64') === text;
  });
}

/** For a request of several forms: exactly one of them is there, whole. What is missing, or of another form, is named. */
export function oneForm(forms: readonly (readonly string[])[]) {
  return (value: Readonly<Record<string, unknown>>, context: z.core.$RefinementCtx): void => {
    const given = (fields: readonly string[]) => fields.filter((field) => value[field] !== undefined).length;
    const form = forms.reduce((best, fields) => (given(fields) > given(best) ? fields : best));
    const missing = form.find((field) => value[field] === undefined);
    const wrong = missing ?? forms.flat().find((field) => value[field] !== undefined && !form.includes(field));
    if (wrong !== undefined) context.addIssue({ code: 'custom', path: [wrong], message: 'not of one form' });
  };
}

/** One request type: what it may say, one line that says it, and what it can be refused with (beside the errors of every line). */
export interface RequestSpec<S extends z.ZodObject = z.ZodObject> {
  readonly schema: S;
  readonly example: Readonly<Record<string, unknown>>;
  readonly errors: readonly ErrorCode[];
  /** One sentence for `help` and the documentation. */
  readonly doc: string;
}

/** Declares a request; the example is checked against the schema by a test. */
export function request<S extends z.ZodObject>(spec: RequestSpec<S>): RequestSpec<S> {
  return spec;
}
