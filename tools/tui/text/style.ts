/** What a colour stands for; how it looks is decided by the theme, when it is drawn. */
export type Tone = 'muted' | 'accent' | 'good' | 'warn' | 'bad' | 'code' | 'keyword' | 'string' | 'comment' | 'number' | 'link';
/** A tone, or the colour of a person: a number made of the name (`hueOf`). */
export type Colour = Tone | { readonly hue: number };

/** How a piece of text looks. A terminal without colour keeps everything but `colour`. */
export interface Style {
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
  readonly colour?: Colour;
}

/** A piece of text that looks alike. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** One row of the screen, or one line of text before it is wrapped. */
export type Row = readonly Span[];

export function span(text: string, style?: Style): Span {
  return style === undefined ? { text } : { text, style };
}

/** The characters of a row without their looks. */
export function plain(row: Row): string {
  return row.map(({ text }) => text).join('');
}

/** The same row with `style` under what its spans say themselves. */
export function restyled(row: Row, style: Style): Row {
  return row.map((one) => ({ text: one.text, style: { ...style, ...one.style } }));
}
