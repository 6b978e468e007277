import { type Background, type Depth, sgrOf } from './colours.ts';
import type { Colour, Row, Style } from './style.ts';

export interface Theme {
  readonly depth: Depth;
  readonly background: Background;
}
/** Turns a row into the bytes that draw it. */
export type Paint = (row: Row) => string;

/** Draws rows for one terminal. */
export function painter({ depth, background }: Theme): Paint {
  const known = new Map<string, string>();
  const colourOf = (colour: Colour): string => {
    const key = typeof colour === 'string' ? colour : String(colour.hue);
    const sgr = known.get(key) ?? sgrOf(colour, depth, background);
    known.set(key, sgr);
    return sgr;
  };
  const sgr = ({ bold, dim, italic, underline, inverse, colour }: Style): string =>
    [bold && '1', dim && '2', italic && '3', underline && '4', inverse && '7', colour !== undefined && colourOf(colour)]
      .filter(Boolean)
      .join(';');
  return (row) =>
    row
      .map(({ text, style }) => {
        const codes = style === undefined ? '' : sgr(style);
        return codes === '' ? text : `\u001b[${codes}m${text}\u001b[0m`;
      })
      .join('');
}
