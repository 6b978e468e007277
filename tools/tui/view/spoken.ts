import type { Item } from '../model/item.ts';
import { proofTexts } from '../model/mode.ts';
import { type Conversation, currentOf, type State } from '../model/state.ts';
import { fieldOf, ways } from '../model/welcome.ts';
import { drawable, drawableLine } from '../text/clean.ts';
import { plain } from '../text/style.ts';
import { clock } from '../text/time.ts';
import { graphemes } from '../text/width.ts';
import { ask, colon, say, type TextKey } from '../texts.ts';
import { helpRows } from './help.ts';
import { promptOf } from './input.ts';
import { quoteOf } from './items.ts';
import { overlayRows } from './overlay.ts';

/** What a screen reader is to say when the state changed: one line for each event, no boxes. */
export function spoken(before: State, after: State): string[] {
  return [
    ...linkLines(before, after),
    ...modeLines(before, after),
    ...placeLines(before, after),
    ...itemLines(before, after),
    ...wireLines(before, after),
  ];
}

/** The line in which somebody writes. */
export function spokenPrompt(state: State): string {
  const { mode } = state;
  if (mode.kind === 'welcome') {
    const isHidden = mode.step === 'password' || mode.step === 'again';
    const field = isHidden ? '*'.repeat(graphemes(fieldOf(mode)).length) : fieldOf(mode);
    const choice = mode.step === 'how' ? `${ways.indexOf(mode.way) + 1}` : '';
    return `${ask(state.settings.lang, `ask-${mode.step}`)}${drawableLine(field)}${choice}`;
  }
  if (mode.kind === 'proof')
    return `${ask(state.settings.lang, proofTexts[mode.fields[0] ?? 'password'])}${'*'.repeat(graphemes(mode.input.text).length)}`;
  const text = 'input' in mode ? mode.input.text : state.editor.text;
  return `${promptOf(state)}${drawable(text).replaceAll('\n', ' ⏎ ')}`;
}

function linkLines({ link: was }: State, { link, settings: { lang } }: State): string[] {
  if (was.state === link.state) return [];
  const key: TextKey = link.state === 'online' ? 'online' : link.state === 'connecting' ? 'connecting' : 'closed';
  return [`-- ${say(lang, key)}${link.reason === '' ? '' : `${colon[lang]} ${link.reason}`}`];
}

function modeLines(before: State, after: State): string[] {
  const { mode } = after;
  const { lang } = after.settings;
  const lines: string[] = [];
  if (after.hint !== null && after.hint !== before.hint) lines.push(`-- ${after.hint.text}`);
  if (mode === before.mode) return lines;
  if (mode.kind === 'welcome') {
    const was = before.mode.kind === 'welcome' ? before.mode : null;
    if (mode.error !== '' && mode.error !== was?.error) lines.push(`-- ${drawableLine(mode.error)}`);
    if (mode.step === 'how' && was?.step !== 'how') lines.push(...ways.map((way, index) => `${index + 1} ${say(lang, `way-${way}`)}`));
    return lines;
  }
  if (mode.kind === 'help') {
    const rows = helpRows({ ...after, screen: { columns: after.screen.columns, rows: 400 } }, 0).map((row) => plain(row).trimEnd());
    return [...lines, ...rows.filter((row) => row !== '')];
  }
  if (mode.kind === 'complete')
    return [
      ...lines,
      mode.candidates.map(({ shown }, at) => (at === mode.at ? `[${drawableLine(shown)}]` : drawableLine(shown))).join(' '),
    ];
  if (mode.kind === 'select' || mode.kind === 'confirm-delete') {
    const item = currentOf(after)?.items.find(({ key }) => key === mode.key);
    if (item !== undefined) lines.push(itemLine(after, item, { place: '', conversation: currentOf(after) }));
    // Which keys there are is said once, not at every message.
    if (before.mode.kind === mode.kind) return lines;
  }
  if (mode.kind === 'compose') return lines;
  return [...lines, ...overlayRows({ ...after, hint: null }).map((row) => plain(row).trimEnd())];
}

function placeLines(before: State, after: State): string[] {
  const now = currentOf(after);
  if (before.current === after.current || now === undefined) return [];
  return [`-- ${drawableLine(now.name)}${now.topic === '' ? '' : `: ${now.topic}`}`];
}

/** At most so many lines at once: a page of history is not read out whole. */
const mostLines = 20;

function itemLines(before: State, after: State): string[] {
  const lines: string[] = [];
  for (const conversation of after.conversations.values()) {
    const was = before.conversations.get(conversation.key);
    if (was?.items === conversation.items) continue;
    const known = new Map((was?.items ?? []).map((item) => [item.key, item]));
    const place = conversation.key === after.current ? '' : `${drawableLine(conversation.name)} `;
    const news = conversation.items.filter(
      (item) => isNews(item, known.get(item.key)) && (was === undefined || item.order >= (was.items[0]?.order ?? 0)),
    );
    lines.push(...news.slice(-mostLines).map((item) => itemLine(after, item, { place, conversation })));
  }
  return lines;
}

/** The lines of the wire while the pane is open, as they come. */
function wireLines(before: State, after: State): string[] {
  if (!after.panes.wire || before.wire === after.wire) return [];
  const last = before.wire.at(-1);
  const from = last === undefined ? 0 : after.wire.lastIndexOf(last) + 1;
  return after.wire.slice(from).map(({ direction, line }) => `${direction === 'out' ? '→' : '←'} ${drawableLine(line)}`);
}

interface Spoken {
  /** Where it was said, when that is not where one is. */
  readonly place: string;
  readonly conversation: Conversation | undefined;
}

/** A new line, one that was not sent, one that says something else now. */
function isNews(item: Item, was: Item | undefined): boolean {
  // A picture cannot be read out; what it says stands in the line after it.
  if (item.kind === 'notice' && item.isPicture === true) return false;
  if (was === undefined || item.kind === 'notice' || was.kind === 'notice') return was === undefined;
  const isReacted = was.reactions !== undefined && item.reactions !== was.reactions;
  return (
    (item.status === 'failed' && was.status !== 'failed') ||
    item.content !== was.content ||
    isReacted ||
    (was.reactions === undefined && (item.reactions?.length ?? 0) > 0)
  );
}

function itemLine({ settings: { lang } }: State, item: Item, { place, conversation }: Spoken): string {
  if (item.kind === 'notice') return `-- ${place}${drawable(item.text)}`;
  const text = item.isDeleted === true ? `(${say(lang, 'deleted')})` : drawable(item.content);
  const mark =
    item.status === 'failed'
      ? ` (${say(lang, 'failed', { why: drawableLine(item.error ?? '') })})`
      : item.isEdited === true
        ? ` (${say(lang, 'edited')})`
        : '';
  const quote = item.replyTo === undefined ? '' : ` (${say(lang, 'answers', { what: quoteOf(conversation, item.replyTo) })})`;
  const reactions = (item.reactions ?? []).map(({ emoji, count }) => ` ${drawableLine(emoji)} ${count}`).join('');
  return `${place}${clock(item.at)} ${drawableLine(item.from)}${quote}: ${text}${mark}${reactions}`;
}
