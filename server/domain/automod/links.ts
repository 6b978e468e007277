/** The hosts that a text links to: after `://`, and after `www.` at the beginning of a word. In one pass from left to right. */
export function hostsIn(text: string): string[] {
  const hosts: string[] = [];
  let begin = 0;
  for (let index = 0; index <= text.length; index += 1) {
    if (index < text.length && !isBlank(text.charCodeAt(index))) continue;
    if (index > begin) hosts.push(...hostsOfWord(text.slice(begin, index)));
    begin = index + 1;
  }
  return hosts;
}

/** Whether it is one of these hosts or below one. */
export function isAmong(host: string, domains: ReadonlySet<string>): boolean {
  if (domains.size === 0) return false;
  for (let from = 0; from >= 0; from = host.indexOf('.', from) + 1 || -1) if (domains.has(host.slice(from))) return true;
  return false;
}

/** Longest name of a host; of what is longer the end counts. */
const longestHost = 253;

function hostsOfWord(word: string): string[] {
  if (!word.includes('://')) return /^["'(<[]?www\./i.test(word) ? hostOrNothing(word.replace(/^["'(<[]/, '')) : [];
  return word.split('://').slice(1).flatMap(hostOrNothing);
}

/** Up to the path, without user, port and case. Nothing that looks like a host: no link. */
function hostOrNothing(rest: string): string[] {
  let end = 0;
  while (end < rest.length && !isEnd(rest.charCodeAt(end))) end += 1;
  const authority = rest.slice(0, end);
  const host = authority.slice(authority.lastIndexOf('@') + 1).toLowerCase();
  const bare = host.startsWith('www.') ? host.slice(4) : host;
  const portAt = bare.lastIndexOf(':');
  const name = portAt > 0 && !bare.endsWith(']') ? bare.slice(0, portAt) : bare;
  return name === '' ? [] : [name.slice(-longestHost)];
}

function isBlank(code: number): boolean {
  return code <= 32 || code === 0xa0 || code === 0x2028 || code === 0x2029;
}

/** `/ ? # " ' ( ) < > , ; \` end a host. */
function isEnd(code: number): boolean {
  return (
    code === 47 ||
    code === 63 ||
    code === 35 ||
    (code >= 39 && code <= 41) ||
    code === 34 ||
    code === 60 ||
    code === 62 ||
    code === 44 ||
    code === 59 ||
    code === 92
  );
}
