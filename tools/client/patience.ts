import { ChatError, errorCodes } from '../../server/protocol/errors.ts';
import type { Line } from './link.ts';
import type { Timers } from './options.ts';
import type { Question } from './tongue.ts';

/** A question that is refused for the moment is asked again so often. */
const mostTries = 10;

/** Asks for the client itself: what the server refuses for the moment is asked again when the time it names is over. */
export async function askPatiently(ask: (question: Question) => Promise<Line>, question: Question, timers: Timers): Promise<Line> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask(question);
    } catch (thrown) {
      const { code, details } = ChatError.from(thrown);
      const wait = errorCodes[code].retryable ? details.retryAfterMs : undefined;
      if (wait === undefined || tries >= mostTries) throw thrown;
      await new Promise<void>((resolve) => timers.after(wait + 1, resolve));
    }
  }
}
