import { cleanText } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';

/** What somebody said as it may reach others; `mostBytes` 0: only the line limit holds. Throws `too_large`. */
export function checkedContent(content: string, mostBytes: number): string {
  const cleaned = cleanText(content);
  if (mostBytes > 0 && cleaned.length * 3 > mostBytes && Buffer.byteLength(cleaned) > mostBytes) {
    throw new ChatError('too_large', { params: { limit: mostBytes } });
  }
  return cleaned;
}
