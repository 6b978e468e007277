import { readFileSync } from 'node:fs';

/** One step of a transcript: what a client does, or what it must see. */
export interface Step {
  readonly client: string;
  /**
   * `says` and `gets` a line (without its newline); gets `nothing` before the answer to a `users` asked now; `leaves`; is `closed`;
   * `waits` a second; `rises`: the operator gives the role; `locks` and `frees` the database, as another program does.
   */
  readonly what: 'says' | 'gets' | 'nothing' | 'leaves' | 'closed' | 'waits' | 'rises' | 'locks' | 'frees';
  readonly line: string;
  /** Said so often, `<n>` being 1, 2, 3 …; each time the answer is none that the example shows, and no refusal. */
  readonly times?: number;
  /** Where it stands, for messages: `docs/protocol.md:120`. */
  readonly at: string;
}

/** One example of a page. It begins on a fresh server, with the settings (`section.key=value`) that stand after `with` where it begins. */
export interface Transcript {
  readonly title: string;
  readonly set: readonly string[];
  readonly steps: readonly Step[];
}

/** The pages of the wire protocol whose examples run. */
export const protocolPages = ['docs/protocol.md', 'docs/protocol-errors.md'] as const;

/** The fenced `transcript` (or `plain`) blocks of a Markdown page, each with the heading above it. */
export function transcriptsOf(path: string, fence = 'transcript'): Transcript[] {
  const found: { title: string; set: string[]; steps: Step[] }[] = [];
  let title = '';
  let isInside = false;
  for (const [index, line] of readFileSync(path, 'utf8').split('\n').entries()) {
    const at = `${path}:${index + 1}`;
    if (line.startsWith('```')) {
      const [name, word, ...set] = line.slice(3).split(' ');
      isInside = name === fence && (word === undefined || word === 'with');
      if (isInside) found.push({ title, set, steps: [] });
    } else if (isInside) found.at(-1)?.steps.push(...readStep(line, at));
    else if (line.startsWith('#')) title = line.replace(/^#+ /, '');
  }
  return found;
}

/** Whether a received line is what a `gets` step wants, byte for byte but for the placeholders. */
export function matches(wanted: string, received: string): boolean {
  const pattern = wanted.split(/(<\w+>)/).map((part) => placeholders[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('')}$`, 'u').test(received);
}

const placeholders: Readonly<Record<string, string>> = {
  '<local>': '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}',
  '<utc>': '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z',
  '<int>': '\\d+',
  '<token>': '[\\w-]+',
  '<bearer>': 'cct_[\\w-]{43}',
  '<time>': '\\d\\d:\\d\\d',
  '<any>': '.*',
};

function readStep(line: string, at: string): Step[] {
  if (line === '' || line.startsWith('#')) return [];
  const single = /^([CS]): (.+)$/.exec(line);
  const several = /^(\w+)([<>]) (.+)$/.exec(line);
  const client = several?.[1] ?? 'C';
  const text = single?.[2] ?? several?.[3];
  if (text === undefined) throw new Error(`${at}: not a line of a transcript: ${line}`);
  if (/^\(becomes (?:admin|moderator)\)$/.test(text)) return [{ client, what: 'rises', line: text, at }];
  if (/^\((?:locks|frees) the database\)$/.test(text))
    return [{ client, what: text.startsWith('(locks') ? 'locks' : 'frees', line: text, at }];
  const often = /^\((\d+) times\) (.+)$/.exec(text);
  if (often !== null) return [{ client, what: 'says', line: often[2] ?? '', times: Number(often[1]), at }];
  if (several ? several[2] === '>' : single?.[1] === 'C')
    return [{ client, what: text === '(leaves)' ? 'leaves' : text === '(waits)' ? 'waits' : 'says', line: text, at }];
  return [{ client, what: text === '(nothing)' ? 'nothing' : text === '(closed)' ? 'closed' : 'gets', line: text, at }];
}
