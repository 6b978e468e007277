import type { Lang } from '../../server/protocol/texts.ts';
import type { Format } from './format.ts';
import type { Row } from './rows.ts';
import { say } from './texts.ts';

/** One readable file: a heading per channel and day, an anchor per message, light and dark, fit for paper. No script, nothing from elsewhere. */
export function htmlFormat(lang: Lang): Format {
  const days = new Intl.DateTimeFormat(lang, { dateStyle: 'full' });
  let channel: string | null = null;
  let day = '';

  const row = ([, id, username, where, content, timestamp, change]: Row): string => {
    let heading = '';
    if (where !== channel) {
      heading += `${channel === null ? '' : '</section>\n'}<section>\n<h2>${escapeHtml(where)}</h2>\n`;
      channel = where;
      day = '';
    }
    const time = new Date(timestamp);
    const isTime = !Number.isNaN(time.getTime());
    const today = isTime ? time.toDateString() : timestamp;
    if (today !== day) {
      heading += `<h3>${isTime ? days.format(time) : escapeHtml(timestamp)}</h3>\n`;
      day = today;
    }
    const clock = isTime ? `${two(time.getHours())}:${two(time.getMinutes())}` : '';
    return `${heading}<p id="m${id}"><a href="#m${id}"><time datetime="${escapeHtml(timestamp)}">${clock}</time></a> <b dir="auto">${escapeHtml(username)}</b> <span dir="auto">${escapeHtml(content)}</span>${change === undefined ? '' : ` <i>${say(lang, change)}</i>`}</p>\n`;
  };
  return {
    head: `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>ClassCord – ${say(lang, 'messages')}</title>
<style>${style}</style>
</head>
<body>
<h1>ClassCord</h1>
`,
    rows: (page) => page.map(row).join(''),
    tail: (count) =>
      `${channel === null ? '' : '</section>\n'}<footer>${say(lang, 'html_count', { count: count.toLocaleString(lang) })}</footer>\n</body>\n</html>\n`,
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** What would be markup, and what would turn the reading direction or steer a terminal: all of it shows as text. */
function escapeHtml(text: string): string {
  return special.test(text) ? text.replace(specials, (character) => `&#${character.charCodeAt(0)};`).replace(unseen, '\ufffd') : text;
}

const special = /[&<>"'\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const specials = /[&<>"']/g;
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

const style = `
:root{color-scheme:light dark;--back:#fff;--text:#1b1f24;--quiet:#6a737d;--line:#e1e4e8;--mark:#fff8c5}
@media(prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--quiet:#8b949e;--line:#30363d;--mark:#3b2e00}}
body{margin:2rem auto;max-width:48rem;padding:0 1rem;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}
h2{position:sticky;top:0;margin:2rem 0 0;padding:.5rem 0;background:var(--back);border-bottom:1px solid var(--line)}
h3{margin:1.5rem 0 .5rem;color:var(--quiet);font-size:.875rem;font-weight:600}
p{margin:.15rem 0;padding:.1rem .25rem;border-radius:.25rem;overflow-wrap:anywhere}p:target{background:var(--mark)}
span{white-space:pre-wrap}a,i,time,footer{color:var(--quiet);text-decoration:none;font-variant-numeric:tabular-nums}
footer{margin-top:2rem;border-top:1px solid var(--line);padding-top:.5rem}
@media print{h2{position:static}body{margin:0;max-width:none}p{break-inside:avoid}}`;
