import type { Span, Style } from './style.ts';
import { span } from './style.ts';

/** What most languages of a course have in common; a word too many coloured harms nobody. */
const keywords = new Set(
  (
    'abstract and as assert async await bool break case catch char class const continue def default del do double elif else enum except export extends ' +
    'extern false False final finally float fn for foreach from func function if implements import in include instanceof int interface is lambda let ' +
    'long match mut namespace new nil None nonlocal not null or package pass private protected pub public raise readonly require return select self ' +
    'sizeof static str string struct super switch then this throw throws trait true True try type typeof union unsigned use using val var void where ' +
    'while with yield echo exit fi done esac local CREATE DELETE FROM GROUP INSERT INTO JOIN NULL ORDER SELECT SET TABLE UPDATE VALUES WHERE BY'
  ).split(' '),
);
const hashComments = new Set([
  '',
  'bash',
  'sh',
  'shell',
  'console',
  'py',
  'python',
  'rb',
  'ruby',
  'yaml',
  'yml',
  'toml',
  'ini',
  'conf',
  'make',
  'r',
  'perl',
  'docker',
  'dockerfile',
]);
const slashComments = new Set([
  '',
  'c',
  'cpp',
  'c++',
  'cs',
  'java',
  'js',
  'javascript',
  'ts',
  'typescript',
  'jsx',
  'tsx',
  'go',
  'rust',
  'rs',
  'php',
  'kotlin',
  'swift',
  'json',
  'css',
]);

const part = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([A-Za-z_][\w]*)|(\b\d[\w.]*)|(#|\/\/|--)|[^"'\w#/-]+|./g;

const styles = {
  string: { colour: 'string' },
  keyword: { colour: 'keyword' },
  number: { colour: 'number' },
  comment: { colour: 'comment', italic: true },
} as const satisfies Record<string, Style>;

/** One line of a fenced block, its strings, words, numbers and comments coloured. */
export function highlight(line: string, language: string): Span[] {
  const lang = language.toLowerCase();
  const spans: Span[] = [];
  for (const { 0: text, 1: string, 2: word, 3: number, 4: mark, index } of line.matchAll(part)) {
    if (mark !== undefined && isComment(mark, lang, line[index - 1])) {
      spans.push(span(line.slice(index), styles.comment));
      break;
    }
    const style = string ? styles.string : number ? styles.number : word && keywords.has(word) ? styles.keyword : undefined;
    const last = spans.at(-1);
    if (last !== undefined && last.style === style) spans[spans.length - 1] = { ...last, text: last.text + text };
    else spans.push(span(text, style));
  }
  return spans;
}

function isComment(mark: string, lang: string, before: string | undefined): boolean {
  if (mark === '--') return lang === 'sql' || lang === 'lua' || lang === 'haskell';
  const isAtWordStart = before === undefined || /\s/.test(before);
  if (mark === '#') return hashComments.has(lang) && isAtWordStart;
  return slashComments.has(lang) && before !== ':';
}
