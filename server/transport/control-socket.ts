import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/** Longest question, in bytes: a roster with its names, or a batch of accounts. */
export const controlLineBytes = 1_048_576;
/** Operators at once; each asks one thing after the other. */
const mostConnections = 8;
/** A question that was begun, or is not asked, within so long ends the connection. */
const idleMs = 30_000;
/** What the kernel takes as the path of a socket, its final NUL included. */
const longestPath = 108;

/** The file of the control socket in a data folder. */
export const controlFile = 'control.sock';

/** The control socket of a running server. */
export interface ControlSocket {
  /** Takes no further question, lets those under way be answered, removes the file. */
  close(): Promise<void>;
}

/**
 * Answers operators on a Unix socket in the data folder: one JSON object per line, one answer per line, in order. Only the owner of the
 * folder can open it (0600). A socket that is there already is a dead server's, since a living one holds the folder's lock.
 */
export async function listenControl(folder: string, answer: (question: unknown) => Promise<unknown>): Promise<ControlSocket> {
  const path = join(folder, controlFile);
  rmSync(path, { force: true });
  const place = shortened(folder);
  const open = new Set<Socket>();
  const underWay = new Set<Promise<void>>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (open.size >= mostConnections) {
      socket.destroy();
      return;
    }
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(idleMs, () => socket.destroy());
    takeLines(socket, (line) => {
      const done = answerLine(socket, line, answer).finally(() => underWay.delete(done));
      underWay.add(done);
      return done;
    });
  });
  await listening(server, place.path);
  chmodSync(path, 0o600);
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.pause();
      await Promise.all(underWay);
      for (const socket of open) socket.destroySoon();
      await closed;
      rmSync(path, { force: true });
      place.close();
    },
  };
}

/** The way to a folder's control socket, short enough for the kernel: through an open descriptor where the folder's own path is not. */
export function shortened(folder: string): { readonly path: string; close(): void } {
  const path = join(folder, controlFile);
  if (Buffer.byteLength(path) < longestPath) return { path, close: () => undefined };
  const descriptor = openSync(folder, 'r');
  return { path: `/proc/self/fd/${descriptor}/${controlFile}`, close: () => closeSync(descriptor) };
}

/** The file is made 0600 from the start: between bind and chmod nobody gets in. */
function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const umask = process.umask(0o177);
    try {
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(umask);
    }
  });
}

/** Hands over one line at a time; the next is not read before the last was answered. */
function takeLines(socket: Socket, take: (line: Buffer) => Promise<void>): void {
  let rest: Buffer = Buffer.alloc(0);
  let isBusy = false;
  const next = (): void => {
    if (isBusy) return;
    const end = rest.indexOf(0x0a);
    if (end < 0) {
      if (rest.length > controlLineBytes) socket.destroy();
      else socket.resume();
      return;
    }
    const line = rest.subarray(0, end);
    rest = rest.subarray(end + 1);
    isBusy = true;
    socket.pause();
    void take(line).finally(() => {
      isBusy = false;
      if (!socket.destroyed) next();
    });
  };
  // Whoever asks and says goodbye in one breath is answered too: the end is only heard when nothing is left to do.
  socket.on('end', () => socket.end());
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    next();
  });
}

async function answerLine(socket: Socket, line: Buffer, answer: (question: unknown) => Promise<unknown>): Promise<void> {
  let question: unknown = null;
  try {
    if (line.length <= controlLineBytes) question = JSON.parse(line.toString('utf8'));
  } catch {
    // Not JSON: answered as a question that asks nothing.
  }
  socket.setTimeout(0);
  const text = `${JSON.stringify(await answer(question))}\n`;
  socket.setTimeout(idleMs);
  if (!socket.destroyed) socket.write(text);
}
