import { fold } from '../../../server/protocol/names.ts';
import type { Colour, Tone } from './style.ts';

/** How many colours a terminal has: none, 16, 256, or any. */
export type Depth = 0 | 4 | 8 | 24;
/** What the text stands on; `any`: nobody knows, so that colours are readable on black and on white. */
export type Background = 'dark' | 'light' | 'any';
export type Rgb = readonly [red: number, green: number, blue: number];

/** Least contrast of a name against its background (WCAG AA). */
export const leastContrast = 4.5;

/** The darkest and lightest backgrounds that a colour must be readable on. */
export const backgrounds: Readonly<Record<Background, readonly Rgb[]>> = {
  dark: [
    [0, 0, 0],
    [48, 48, 48],
  ],
  light: [
    [255, 255, 255],
    [238, 238, 238],
  ],
  any: [
    [0, 0, 0],
    [255, 255, 255],
  ],
};

/** A number that stays the same for a person however the name is spelled. */
export function hueOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const unit of fold(name)) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return (hash ^ (hash >>> 15)) % 3600;
}

/** The SGR parameters of a colour, `''` where the terminal has none. */
export function sgrOf(colour: Colour, depth: Depth, background: Background): string {
  if (depth === 0) return '';
  if (typeof colour === 'string') return toneSgr(colour, depth, background);
  if (depth === 4) return String(namesOf16[background][colour.hue % namesOf16[background].length]);
  if (depth === 8) return `38;5;${pickOf256(colour.hue, background)}`;
  return `38;2;${readable(colour.hue / 10, 0.65, background).join(';')}`;
}

/** Terminals without colour, as terminfo has them: the VT family up to the 520, and whatever calls itself dumb or monochrome. */
const colourless = /^(?:(?:dumb|unknown)$|vt(?!525)\d{2,3}(?!.*color)|.*-(?:m|mono)$)/;

/** What the environment says about colour (no-color.org, TERM, COLORTERM). A TERM without colour wins: the other may be left over. */
export function depthOf(env: Readonly<Record<string, string | undefined>>): Depth {
  const term = env['TERM'] ?? '';
  if (env['NO_COLOR'] || colourless.test(term)) return 0;
  if (/^(truecolor|24bit)$/i.test(env['COLORTERM'] ?? '') || /-direct$/.test(term)) return 24;
  if (/256/.test(term)) return 8;
  return 4;
}

/** `COLORFGBG` is `15;0` where somebody sets it. */
export function backgroundOf(env: Readonly<Record<string, string | undefined>>): Background {
  const last = Number(env['COLORFGBG']?.split(';').at(-1) ?? Number.NaN);
  if (Number.isNaN(last)) return 'any';
  return last === 7 || last === 15 ? 'light' : 'dark';
}

/** Contrast of two colours, 1 to 21 (WCAG 2). */
export function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** A colour of the 256, as most terminals show it. */
export function rgbOf256(index: number): Rgb {
  const level = (step: number) => (step === 0 ? 0 : 55 + 40 * step);
  const at = index - 16;
  return [level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6)];
}

/** The colour of that hue which is readable on the background: its lightness is sought until the contrast is enough. */
export function readable(degrees: number, saturation: number, background: Background): Rgb {
  // Readable on black and on white at once is a narrow band of luminance: 0.175 to 0.183.
  const target = background === 'any' ? 0.179 : background === 'dark' ? 0.42 : 0.13;
  let [low, high] = [0, 1];
  for (let step = 0; step < 16; step++) {
    const middle = (low + high) / 2;
    if (luminance(hsl(degrees, saturation, middle)) < target) low = middle;
    else high = middle;
  }
  return hsl(degrees, saturation, high);
}

/** Red and blue are unreadable on black in many palettes of 16; yellow and bright ones on white. */
const namesOf16: Readonly<Record<Background, readonly number[]>> = {
  dark: [91, 92, 93, 94, 95, 96, 32, 33, 35, 36],
  light: [31, 32, 34, 35, 36],
  any: [31, 32, 33, 34, 35, 36],
};

const tones16: Readonly<Record<Tone, number>> = {
  muted: 90,
  accent: 36,
  good: 32,
  warn: 33,
  bad: 31,
  code: 33,
  keyword: 35,
  string: 32,
  comment: 90,
  number: 36,
  link: 34,
};
/** Hue and saturation of each tone. */
const toneHues: Readonly<Record<Tone, readonly [degrees: number, saturation: number]>> = {
  muted: [220, 0.06],
  accent: [190, 0.7],
  good: [130, 0.5],
  warn: [38, 0.8],
  bad: [2, 0.75],
  code: [28, 0.6],
  keyword: [290, 0.5],
  string: [110, 0.45],
  comment: [220, 0.06],
  number: [190, 0.55],
  link: [212, 0.7],
};

function toneSgr(tone: Tone, depth: Depth, background: Background): string {
  if (depth === 4) return String(tones16[tone]);
  const [degrees, saturation] = toneHues[tone];
  const rgb = readable(degrees, saturation, background);
  return depth === 24 ? `38;2;${rgb.join(';')}` : `38;5;${nearest256(rgb)}`;
}

/** The colourful ones of the 256 that can be read on the background. */
export function namesOf256(background: Background): readonly number[] {
  const all = Array.from({ length: 216 }, (_, index) => 16 + index);
  return all.filter((index) => {
    const rgb = rgbOf256(index);
    const isColourful = Math.max(...rgb) - Math.min(...rgb) >= 80;
    return isColourful && backgrounds[background].every((behind) => contrast(rgb, behind) >= leastOf256[background]);
  });
}

/** Of the 256 too few lie in the narrow band that is readable on both. */
const leastOf256: Readonly<Record<Background, number>> = { dark: leastContrast, light: leastContrast, any: 3.5 };
const palettes = new Map<Background, readonly number[]>();

function pickOf256(hue: number, background: Background): number {
  const palette = palettes.get(background) ?? namesOf256(background);
  palettes.set(background, palette);
  return palette[hue % palette.length] ?? 15;
}

function nearest256(rgb: Rgb): number {
  const all = Array.from({ length: 216 }, (_, index) => 16 + index);
  const distance = (index: number) => rgbOf256(index).reduce((sum, level, at) => sum + (level - (rgb[at] ?? 0)) ** 2, 0);
  return all.reduce((best, index) => (distance(index) < distance(best) ? index : best));
}

function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((level) => {
    const share = level / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function hsl(degrees: number, saturation: number, lightness: number): Rgb {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const level = (shift: number) => {
    const at = (shift + degrees / 30) % 12;
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(at - 3, 9 - at, 1))));
  };
  return [level(0), level(8), level(4)];
}
