import { langs } from '../../../server/protocol/texts.ts';
import { say } from '../texts.ts';
import type { Settings, State } from './state.ts';
import { hinted, notice, type Step, step } from './step.ts';

/** Every setting and the values that it takes. */
const values = {
  theme: ['dark', 'light', 'any'],
  lang: langs,
  bell: ['mentions', 'all', 'off'],
  times: ['on', 'off'],
} as const;

/** `/set theme light`; without words it shows what is set. */
export function set(state: State, words: string): Step {
  const [name = '', value = ''] = words.trim().split(/\s+/);
  const { settings } = state;
  if (name === '') {
    const now = { theme: settings.background, lang: settings.lang, bell: settings.bell, times: settings.times ? 'on' : 'off' };
    return step(
      notice(
        state,
        Object.entries(now)
          .map(([key, is]) => `${key} ${is}`)
          .join(', '),
      ),
    );
  }
  const next = changed(settings, name, value);
  if (next === null) {
    const all = Object.entries(values).map(([key, allowed]) => `${key} ${allowed.join('|')}`);
    return step(hinted(state, say(settings.lang, 'bad-setting', { settings: all.join(', ') })));
  }
  return step({ ...state, settings: next }, { do: 'save', settings: next });
}

/** `/alias brb /away back soon`: the text stands for the command from then on; without it the alias goes, without a name all are shown. */
export function aliased(state: State, words: string): Step {
  const [, name = '', text = ''] = /^\/?(\S*)\s*([\s\S]*)$/.exec(words.trim()) ?? [];
  const { lang, aliases = {} } = state.settings;
  if (name === '') {
    const all = Object.entries(aliases).map(([key, stands]) => `/${key} = ${stands}`);
    return step(notice(state, all.length === 0 ? say(lang, 'no-match') : all.join('\n')));
  }
  const { [name.toLowerCase()]: _before, ...others } = aliases;
  const settings = { ...state.settings, aliases: text === '' ? others : { ...others, [name.toLowerCase()]: text } };
  return step(hinted({ ...state, settings }, say(lang, 'saved'), 'good'), { do: 'save', settings });
}

function changed(settings: Settings, name: string, value: string): Settings | null {
  if (name === 'theme') return pick(values.theme, value, (background) => ({ ...settings, background }));
  if (name === 'lang') return pick(values.lang, value, (lang) => ({ ...settings, lang }));
  if (name === 'bell') return pick(values.bell, value, (bell) => ({ ...settings, bell }));
  if (name === 'times') return pick(values.times, value, (is) => ({ ...settings, times: is === 'on' }));
  return null;
}

function pick<T extends string>(allowed: readonly T[], value: string, make: (known: T) => Settings): Settings | null {
  const known = allowed.find((one) => one === value);
  return known === undefined ? null : make(known);
}
