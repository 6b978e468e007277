import { ChatError } from '../../server/protocol/errors.ts';
import { heard, isHeardType } from '../../server/protocol/heard.ts';
import type { RequestType } from '../../server/protocol/index.ts';
import type { Line, Link } from './link.ts';
import type { Sent, Stored } from './sent.ts';
import { checked, errorOf, isChannel, type Question, type Tell, type Tongue } from './tongue.ts';

interface Open {
  readonly type: RequestType;
  /** The pages of an answer that comes in several lines. */
  pages: Line | null;
  resolve(answer: Line): void;
  reject(error: ChatError): void;
}

/** Questions without an answer; one more is refused. */
const mostOpen = 1000;

/** v2: one answer for every request, told apart by `ref` (protocol.md §3). */
export class TongueV2 implements Tongue {
  readonly generation = 2;
  readonly #link: Link;
  readonly #tell: Tell;
  readonly #open = new Map<string, Open>();
  #asked = 0;
  #ended: ChatError | null = null;

  constructor(link: Link, tell: Tell) {
    this.#link = link;
    this.#tell = tell;
  }

  ask(question: Question): Promise<Line> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    if (this.#open.size >= mostOpen) return Promise.reject(new ChatError('server_busy', { retryAfterMs: 1000 }));
    this.#asked += 1;
    const ref = String(this.#asked);
    return new Promise((resolve, reject) => {
      this.#open.set(ref, { type: question.type, pages: null, resolve, reject });
      // A write that fails ends the link, and that ends every question.
      this.#link.send({ ...question, ref }).catch(() => undefined);
    });
  }

  say({ place, content, extras, nonce }: Sent): Promise<Stored> {
    const where = isChannel(place) ? { channel: place } : { subtype: 'private', to: place };
    return this.ask({ type: 'message', ...where, content, nonce, ...extras }) as Promise<Stored>;
  }

  tell(question: Question): void {
    if (this.#ended === null) this.#link.send(question).catch(() => undefined);
  }

  hear(line: Line): void {
    const { type, ref } = line;
    if (type === 'ping') this.tell({ type: 'pong' });
    else if (type !== 'trace' && typeof ref === 'string') this.#answer(ref, line);
    else if (type === 'error') this.#tell({ type: 'refused', error: errorOf(line) });
    else if (isHeardType(type)) this.#hearEvent(type, line);
    else this.#tell({ type: 'other', line });
  }

  end(error: ChatError): void {
    this.#ended ??= error;
    for (const open of this.#open.values()) open.reject(error);
    this.#open.clear();
  }

  #hearEvent(type: keyof typeof heard, line: Line): void {
    const parsed = heard[type].safeParse(line);
    this.#tell(parsed.success ? parsed.data : { type: 'other', line });
  }

  #answer(ref: string, line: Line): void {
    const open = this.#open.get(ref);
    if (open === undefined) return;
    const { type, ref: _, status, more, ...data } = line;
    if (type !== 'error') open.pages = joined(open.pages, data);
    if (more === true && type !== 'error') return;
    this.#open.delete(ref);
    if (type === 'error') {
      open.reject(errorOf(line));
      return;
    }
    try {
      open.resolve(checked(open.type, open.pages ?? {}));
    } catch (error) {
      open.reject(ChatError.from(error));
    }
  }
}

/** The lists of the pages one after the other; of everything else the last word. */
function joined(pages: Line | null, page: Line): Line {
  if (pages === null) return page;
  const lists = Object.entries(page).map(([key, value]) => {
    const former = pages[key];
    return [key, Array.isArray(value) && Array.isArray(former) ? [...former, ...value] : value];
  });
  return { ...pages, ...Object.fromEntries(lists) };
}
