import { drawable } from './clean.ts';
import { type Row, type Span, span } from './style.ts';
import { highlight } from './syntax.ts';

const fence = /^\s*```\s*([\w+#.-]*)\s*$/;
const inline =
  /(`[^`\n]+`)|(?<![\p{L}\p{N}*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\p{L}\p{N}*])|(\bhttps?:\/\/[^\s<>"'`]+)|((?<![\p{L}\p{N}_.])@[\p{L}\p{M}\p{N}_.'-]+)/gu;
const atEndOfLink = /[).,;:!?\]]+$/;

/** How the words of a message are marked up; whether a name is one's own is the caller's to know. */
export interface MarkupOptions {
  readonly isMe: (name: string) => boolean;
}

/** The lines of a message as they are drawn, before wrapping: `*bold*`, `` `code` ``, fenced blocks, links, mentions. */
export function markup(content: string, { isMe }: MarkupOptions): Row[] {
  const rows: Row[] = [];
  let language: string | null = null;
  const lines = drawable(content).split('\n');
  for (const [at, line] of lines.entries()) {
    const mark = fence.exec(line);
    if (language === null && mark !== null && lines.slice(at + 1).some((later) => /^\s*```\s*$/.test(later))) language = mark[1] ?? '';
    else if (language !== null && mark !== null) language = null;
    else if (language !== null) rows.push([span('▏ ', { colour: 'muted' }), ...highlight(line, language)]);
    else rows.push(inlineOf(line, isMe));
  }
  return rows;
}

function inlineOf(line: string, isMe: (name: string) => boolean): Row {
  const spans: Span[] = [];
  let done = 0;
  const put = (text: string, style?: Span['style']) => {
    if (text !== '') spans.push(span(text, style));
  };
  for (const { 0: whole, 1: code, 2: bold, 3: link, 4: mention, index } of line.matchAll(inline)) {
    put(line.slice(done, index));
    done = index + whole.length;
    if (code !== undefined) put(code, { colour: 'code' });
    else if (bold !== undefined) put(bold, { bold: true });
    else if (mention !== undefined) put(mention, isMe(mention.slice(1)) ? { bold: true, colour: 'warn' } : { bold: true });
    else if (link !== undefined) {
      const tail = link.includes('(') ? '' : (atEndOfLink.exec(link)?.[0] ?? '');
      put(link.slice(0, link.length - tail.length), { underline: true, colour: 'link' });
      put(tail);
    }
  }
  put(line.slice(done));
  return spans;
}
