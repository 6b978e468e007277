import { z } from 'zod';

/** The forms that settings have, each with its sentence for the documentation and its default. */
export const text = (doc: string, preset: string) => z.string().default(preset).describe(doc);
export const flag = (doc: string, preset: boolean) => z.boolean().default(preset).describe(doc);
export const count = (doc: string, preset: number, least = 0, most = Number.MAX_SAFE_INTEGER) =>
  z.int().min(least).max(most).default(preset).describe(doc);
export const amount = (doc: string, preset: number, least = 0) => z.number().min(least).default(preset).describe(doc);
export const choice = <const T extends readonly [string, ...string[]]>(doc: string, options: T, preset: T[number]) =>
  z
    .enum(options)
    .default(preset as never)
    .describe(doc);
export const list = (doc: string, preset: string[]) => z.array(z.string()).default(preset).describe(doc);
export const rate = (doc: string, burst: number, perSecond: number) =>
  z
    .strictObject({ burst: amount('How much at once.', burst, 1), per_second: amount('How much per second after that.', perSecond, 0.001) })
    .prefault({})
    .describe(doc);
