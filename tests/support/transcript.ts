import { readFileSync } from 'node:fs';

/** One step of a transcript: what a client does, or what it must see. */
export interface Step {
  readonly client: string;
  /** `says` and `gets` a line (without its newline); gets `nothing` before the answer to a `users` asked now; `leaves`; is `closed`; `waits` a second; `rises`: the operator gives the role. */
  readonly what: 'says' | 'gets' | 'nothing' | 'leaves' | 'closed' | 'waits' | 'rises';
  readonly line: string;
  /** Where it stands, for messages: `docs/protocol.md:120`. */
  readonly at: string;
}

/** The fenced `transcript` (or `plain`) blocks of a Markdown page, each with the heading above it. Every block begins on a fresh server. */
export function transcriptsOf(path: string, fence = 'transcript'): { readonly title: string; readonly steps: readonly Step[] }[] {
  const found: { title: string; steps: Step[] }[] = [];
  let title = '';
  let isInside = false;
  for (const [index, line] of readFileSync(path, 'utf8').split('\n').entries()) {
    const at = `${path}:${index + 1}`;
    if (line.startsWith('```')) {
      isInside = line === `\`\`\`${fence}`;
      if (isInside) found.push({ title, steps: [] });
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
  if (several ? several[2] === '>' : single?.[1] === 'C')
    return [{ client, what: text === '(leaves)' ? 'leaves' : text === '(waits)' ? 'waits' : 'says', line: text, at }];
  return [{ client, what: text === '(nothing)' ? 'nothing' : text === '(closed)' ? 'closed' : 'gets', line: text, at }];
}
