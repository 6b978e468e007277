import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** What is answered over HTTP, as JSON. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: object | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown where a request cannot go on. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly answer: HttpAnswer;

  constructor(answer: HttpAnswer) {
    super(`HTTP ${answer.status}`);
    this.answer = answer;
  }
}

/** A request's body as text. Null: it is longer than `most` bytes; what is left of it is not read. */
export async function bodyOf(request: IncomingMessage, most: number): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > most) return null;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > most) return null;
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}

export function writeAnswer(response: ServerResponse, { status, body, headers }: HttpAnswer): void {
  response.writeHead(status, { ...fixed(body), ...headers });
  response.end(textOf(body));
}

/** The same where an upgrade was asked for: the link ends with it. */
export function refuseUpgrade(socket: Duplex, { status, body, headers }: HttpAnswer): void {
  const text = textOf(body);
  const lines = Object.entries({ ...fixed(body), ...headers, 'Content-Length': String(Buffer.byteLength(text)), Connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n${text}`, () => socket.destroy());
}

function fixed(body: object | null): Record<string, string> {
  return { ...(body === null ? {} : { 'Content-Type': 'application/json; charset=utf-8' }), 'Cache-Control': 'no-store' };
}

function textOf(body: object | null): string {
  return body === null ? '' : `${JSON.stringify(body)}\n`;
}
