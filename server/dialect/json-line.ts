import { JsonText } from '../protocol/result.ts';

/** What a terminal or an editor may act on though JSON does not escape it: DEL, C1, line separators, bidirectional overrides. */
const unsafe = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const hasUnsafe = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** An object as one line of compact JSON in raw UTF-8; harmless on a terminal. A page that is JSON text already is put in as it is. */
export function jsonLine(object: object): string {
  const { messages } = object as Readonly<Record<string, unknown>>;
  const json =
    messages instanceof JsonText
      ? JSON.stringify({ ...object, messages: 0 }).replace('"messages":0', () => `"messages":${messages.json}`)
      : JSON.stringify(object);
  if (!hasUnsafe.test(json)) return `${json}\n`;
  return `${json.replace(unsafe, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
