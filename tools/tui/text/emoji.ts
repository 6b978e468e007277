/** Short names of emoji, for completion; those that people in a class use. */
export const emoji: Readonly<Record<string, string>> = {
  '+1': '👍',
  '-1': '👎',
  bug: '🐛',
  check: '✅',
  clap: '👏',
  coffee: '☕',
  computer: '💻',
  confused: '😕',
  cross: '❌',
  cry: '😢',
  eyes: '👀',
  fire: '🔥',
  grin: '😁',
  hand: '✋',
  heart: '❤️',
  hundred: '💯',
  hourglass: '⏳',
  idea: '💡',
  joy: '😂',
  key: '🔑',
  laughing: '😆',
  lock: '🔒',
  memo: '📝',
  muscle: '💪',
  no: '❌',
  ok: '👌',
  party: '🎉',
  pin: '📌',
  pray: '🙏',
  question: '❓',
  rocket: '🚀',
  sad: '🙁',
  smile: '😄',
  snake: '🐍',
  star: '⭐',
  sunglasses: '😎',
  tada: '🎉',
  thinking: '🤔',
  thumbsdown: '👎',
  thumbsup: '👍',
  turtle: '🐢',
  warning: '⚠️',
  wave: '👋',
  wink: '😉',
};

/** Emoji by the beginning of their names, with a colon before it or not. */
export function shortcodes(typed: string): { readonly shown: string; readonly put: string }[] {
  const wanted = typed.toLowerCase().replace(/^:/, '');
  return Object.entries(emoji)
    .filter(([name]) => name.startsWith(wanted))
    .map(([name, picture]) => ({ shown: `${picture} ${name}`, put: picture }));
}
