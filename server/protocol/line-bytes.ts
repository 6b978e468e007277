/** What stands around the words of a message: names, numbers and keys. */
const aroundBytes = 256;

/** About how long the line of a message will be; `tags` as JSON text. */
export function lineBytes(content: string, tags: string | null): number {
  return Buffer.byteLength(content) + (tags === null ? 0 : Buffer.byteLength(tags)) + aroundBytes;
}
