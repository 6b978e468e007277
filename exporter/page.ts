import type { Lang } from '../server/protocol/texts.ts';
import { type PageFigures, pageFigures } from './figures.ts';
import type { Look } from './look.ts';
import { words } from './words.ts';

/** The landing page: how the server is, for people. One file, without a script; it asks for itself again every five seconds. */
export function landingPage(look: Look, former: Look | null, lang: Lang): string {
  const texts = words[lang];
  const figures = pageFigures(look, former);
  const { down, ageSeconds } = look;
  const state = down === null ? texts.up : `${texts.down}${texts.colon} ${texts.reasons[down.reason]}`;
  const age = Number.isNaN(ageSeconds) ? '' : `${texts.age} ${decimal(ageSeconds, lang)} s`;
  const cards = cardsOf(figures, lang).map(
    ([title, value, unit]) => `<div><dt>${title}</dt><dd>${value}${unit === '' ? '' : `<small>${unit}</small>`}</dd></div>`,
  );
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>${down === null ? '●' : '○'} ClassCord</title>
<style>${style}</style>
</head>
<body>
<header class="${down === null ? 'up' : 'down'}">
<h1>ClassCord <small>${escapeHtml(figures.version ?? '')}</small></h1>
<p role="status"><b></b> ${state}</p>
<p class="quiet">${age}</p>
</header>
<dl>
${cards.join('\n')}
</dl>
<footer><a href="/metrics">/metrics</a> · <a href="/healthz">/healthz</a> · ${texts.refresh}</footer>
</body>
</html>
`;
}

/** The language of a browser's `Accept-Language`: the one of ours that it likes best, else English. */
export function preferredLang(header: string | undefined): Lang {
  const liked = (header ?? '')
    .split(',')
    .map((part) => {
      const [range = '', ...params] = part.trim().toLowerCase().split(';');
      const quality = params.map((param) => /^\s*q=([\d.]+)$/.exec(param)?.[1]).find((value) => value !== undefined);
      return { lang: range.slice(0, 2), quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ lang, quality }) => (lang === 'fr' || lang === 'en') && quality > 0)
    .sort((one, other) => other.quality - one.quality);
  return liked[0]?.lang === 'fr' ? 'fr' : 'en';
}

type Card = readonly [title: string, value: string, unit: string];

function cardsOf(figures: PageFigures, lang: Lang): Card[] {
  const { cards } = words[lang];
  const whole = (value: number | null) => (value === null ? '–' : number(Math.round(value), lang));
  const one = (value: number | null) => (value === null ? '–' : decimal(value, lang));
  const milliseconds = (value: number | null): readonly [string, string] =>
    value === Number.POSITIVE_INFINITY ? ['> 5', 's'] : [one(value), 'ms'];
  const mebibytes = (value: number | null) => one(value === null ? null : value / 1_048_576);
  const mib = lang === 'fr' ? 'Mio' : 'MiB';
  return [
    [cards.connections, whole(figures.connections), `/ ${whole(figures.connectionsLimit)}`],
    [cards.people, whole(figures.people), ''],
    [cards.rate, one(figures.messagesPerSecond), '/ s'],
    [cards.messages, whole(figures.messages), ''],
    [cards.privateMessages, whole(figures.privateMessages), ''],
    [cards.accounts, whole(figures.accounts), ''],
    [cards.channels, whole(figures.channels), ''],
    [cards.response, ...milliseconds(figures.responseMs)],
    [cards.delivery, ...milliseconds(figures.deliveryMs)],
    [cards.lag, one(figures.loopLagMs), 'ms'],
    [cards.errors, whole(figures.errors), ''],
    [cards.memory, mebibytes(figures.memoryBytes), mib],
    [cards.cpu, one(figures.cpuShare === null ? null : figures.cpuShare * 100), '%'],
    [cards.database, mebibytes(figures.databaseBytes), mib],
    [cards.wal, mebibytes(figures.walBytes), mib],
    [cards.since, ...duration(figures.upSeconds, lang)],
  ];
}

function duration(seconds: number | null, lang: Lang): readonly [string, string] {
  if (seconds === null) return ['–', ''];
  if (seconds < 120) return [number(Math.floor(seconds), lang), 's'];
  if (seconds < 7200) return [number(Math.floor(seconds / 60), lang), 'min'];
  if (seconds < 172_800) return [number(Math.floor(seconds / 3600), lang), 'h'];
  return [number(Math.floor(seconds / 86_400), lang), lang === 'fr' ? 'j' : 'd'];
}

function number(value: number, lang: Lang): string {
  return value.toLocaleString(lang);
}

function decimal(value: number, lang: Lang): string {
  return value.toLocaleString(lang, { maximumFractionDigits: 1 });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const style = `
:root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--text:#1b1f24;--quiet:#6a737d;--line:#e1e4e8;--up:#1a7f37;--down:#cf222e}
@media(prefers-color-scheme:dark){:root{--back:#0d1117;--card:#161b22;--text:#e6edf3;--quiet:#8b949e;--line:#30363d;--up:#3fb950;--down:#f85149}}
body{margin:2rem auto;max-width:64rem;padding:0 1rem;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}
h1{margin:0;font-size:1.5rem}small{color:var(--quiet);font-weight:400;font-size:.8em;margin-left:.35em}
header p{margin:.25rem 0}.quiet,footer{color:var(--quiet);font-size:.875rem}a{color:inherit}
b{display:inline-block;width:.7em;height:.7em;border-radius:50%;background:var(--down)}.up b{background:var(--up)}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.75rem;margin:1.5rem 0}
dl div{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem}
dt{color:var(--quiet);font-size:.875rem}dd{margin:0;font-size:1.5rem;font-variant-numeric:tabular-nums}`;
