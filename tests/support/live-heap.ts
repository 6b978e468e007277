import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** What makes a process of Node answer `liveHeapMib` on that port, without a word on its terminal. */
export function inspectable(port: number): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--inspect=127.0.0.1:${port} --inspect-publish-uid=http` };
}

/** How much a process still holds once its garbage is collected: unlike what is resident, this grows only with what is kept. */
export async function liveHeapMib(port: number): Promise<number> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json`, { headers: { connection: 'close' } })).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  assert.ok(target !== undefined, 'the process has nothing to be inspected');
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  try {
    await once(socket, 'open');
    await asked(socket, 'HeapProfiler.collectGarbage');
    return (await asked(socket, 'Runtime.getHeapUsage')).usedSize / 2 ** 20;
  } finally {
    socket.terminate();
  }
}

async function asked(socket: WebSocket, method: string): Promise<{ readonly usedSize: number }> {
  socket.send(JSON.stringify({ id: 1, method }));
  for (;;) {
    const [data] = (await once(socket, 'message')) as [Buffer];
    const { id, result } = JSON.parse(data.toString()) as { id?: number; result: { usedSize: number } };
    if (id === 1) return result;
  }
}
