import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Client, connect } from './client.ts';

/** Sends each piece in a write of its own, then waits until the server ends the connection; all that it sent, as one text per chunk read. */
export async function exchange(t: TestContext, server: { readonly port: number }, pieces: readonly (string | Buffer)[]): Promise<string[]> {
  const client = await connect(t, server);
  const chunks: string[] = [];
  client.socket.on('data', (chunk) => chunks.push(chunk.toString('latin1')));
  await sendInPieces(client, pieces);
  await client.ended();
  return chunks;
}

/** Each piece leaves before the next one is written. */
export async function sendInPieces(client: Client, pieces: readonly (string | Buffer)[]): Promise<void> {
  for (const piece of pieces) {
    await new Promise((sent) => client.socket.write(piece, sent));
    await turn();
  }
}

/** A text cut in two, at every place. */
export function cuts(text: string): readonly [string, string][] {
  return Array.from({ length: text.length - 1 }, (_, index) => [text.slice(0, index + 1), text.slice(index + 1)]);
}
