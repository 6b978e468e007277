/** The members of a JSON object with their values as they were written. `source` is known to be one valid object. */
export function* members(source: string): Generator<readonly [key: string, value: string]> {
  let at = source.indexOf('{') + 1;
  for (;;) {
    at = skipSpace(source, at);
    if (source[at] === '}') return;
    const keyEnd = stringEnd(source, at);
    const key = JSON.parse(source.slice(at, keyEnd)) as string;
    const start = skipSpace(source, source.indexOf(':', keyEnd) + 1);
    const end = valueEnd(source, start);
    yield [key, source.slice(start, end)];
    at = skipSpace(source, end);
    if (source[at] === ',') at += 1;
  }
}

const token = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g;

/** The tokens of a valid JSON value: strings with their quotes, brackets, separators, and words (numbers, true, false, null). */
export function tokens(source: string): readonly string[] {
  return source.match(token) ?? [];
}

function skipSpace(source: string, from: number): number {
  let at = from;
  while (source.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** The end of the string that begins with a quote at `from`. */
function stringEnd(source: string, from: number): number {
  let at = from + 1;
  while (source[at] !== '"') at += source[at] === '\\' ? 2 : 1;
  return at + 1;
}

function valueEnd(source: string, from: number): number {
  let depth = 0;
  let at = from;
  for (;;) {
    const character = source[at];
    if (character === '"') {
      at = stringEnd(source, at);
      if (depth === 0) return at;
      continue;
    }
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      if (depth === 0) return trimEnd(source, from, at);
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (character === ',' && depth === 0) return trimEnd(source, from, at);
    at += 1;
  }
}

function trimEnd(source: string, from: number, end: number): number {
  let at = end;
  while (at > from && source.charCodeAt(at - 1) <= 0x20) at -= 1;
  return at;
}
