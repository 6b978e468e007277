import { type Command, Option } from 'commander';
import { z } from 'zod';
import { operatorVerbs } from '../../server/operator/table.ts';
import type { FieldTexts, Verb } from '../../server/operator/verb.ts';
import { addAutomodVerbs } from '../cli/automod.ts';
import type { Noun, NounContext } from '../cli/context.ts';
import { describeCommand } from '../cli/help.ts';
import { addOperatorFlags, type OperatorFlags } from './flags.ts';
import { nounTexts } from './nouns.ts';
import { readings } from './readings.ts';

/** The operator’s nouns with their verbs, made from the one table. */
export const operatorNouns: Noun = (program, context) => {
  for (const [noun, texts] of Object.entries(nounTexts)) {
    const command = describeCommand(program.command(noun), texts, context.lang);
    if (noun === 'automod') {
      addAutomodVerbs(command, context);
      continue;
    }
    for (const [name, verb] of Object.entries<Verb>(operatorVerbs)) {
      const [own, word = ''] = name.split(' ');
      if (own === noun && !verb.isInner) addVerb(command.command(word), { name, verb }, context);
    }
  }
};

export interface NamedVerb {
  readonly name: string;
  readonly verb: Verb;
}

function addVerb(command: Command, { name, verb }: NamedVerb, context: NounContext): void {
  const { lang } = context;
  describeCommand(command, { summary: verb.summary, examples: [verb.example] }, lang);
  const forms = fieldForms(verb);
  for (const field of verb.args) {
    const { texts, isRequired } = forms.get(field) as FieldForm;
    const argument = (texts.value ?? field).toLowerCase();
    command.argument(isRequired ? `<${argument}>` : `[${argument}]`, texts.doc[lang]);
  }
  for (const [field, form] of forms)
    if (!verb.args.includes(field) && !form.texts.isRead) command.addOption(optionOf(field, form, context));
  for (const option of readings[name]?.options ?? []) command.option(option.flags, option.doc[lang]);
  addOperatorFlags(command, verb, lang).action(async () => {
    const { runVerb } = await import('./run.ts');
    const input = inputOf(command, verb, forms);
    await runVerb({ name, verb, input, flags: command.opts<OperatorFlags & Record<string, unknown>>() }, context);
  });
}

interface Shape {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: Shape;
}

interface FieldForm {
  readonly texts: FieldTexts;
  readonly shape: Shape;
  readonly isRequired: boolean;
}

function fieldForms({ input, fields }: Verb): ReadonlyMap<string, FieldForm> {
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Shape>;
    required?: string[];
  };
  const found = Object.entries(fields).map(([field, texts]) => {
    return [field, { texts, shape: properties[field] ?? {}, isRequired: required.includes(field) }] as const;
  });
  return new Map(found);
}

/** The flag of a field: `--one-time`, `--slow-mode-s <s>`. */
function optionOf(field: string, { texts: { doc, value }, shape }: FieldForm, { lang }: NounContext): Option {
  const flag = `--${field.replaceAll('_', '-')}`;
  if (shape.type === 'boolean') return new Option(flag, doc[lang]);
  const option = new Option(`${flag} <${(value ?? field).toLowerCase()}>`, doc[lang]);
  if (shape.items !== undefined) return option.argParser((given: string, before: readonly string[] = []) => [...before, given]);
  return shape.enum === undefined ? option : option.choices(shape.enum);
}

/** The fields of a command line as the schema wants them; what was not given is left to its defaults. */
function inputOf(command: Command, verb: Verb, forms: ReadonlyMap<string, FieldForm>): Record<string, unknown> {
  const flags = command.opts<Record<string, unknown>>();
  const given = [...forms].map(([field, { shape }]) => {
    const at = verb.args.indexOf(field);
    const camel = field.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
    const value = at >= 0 ? command.args[at] : flags[camel];
    const isNumber = (shape.type === 'integer' || shape.type === 'number') && typeof value === 'string' && value.trim() !== '';
    return [field, isNumber ? Number(value) : value] as const;
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
