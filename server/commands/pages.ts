import { type Result, ResultLines } from '../protocol/result.ts';

/** A list that may be too long for one line: several of the same shape, each of about `mostBytes` at most (protocol.md §6). */
export function pagesOf(key: string, items: readonly Result[], { place, mostBytes }: { place: Result; mostBytes: number }): ResultLines {
  const pages: Result[][] = [[]];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes > 0 && bytes + size > mostBytes) {
      pages.push([]);
      bytes = 0;
    }
    pages.at(-1)?.push(item);
    bytes += size;
  }
  return new ResultLines(pages.map((page) => ({ ...place, [key]: page })));
}
