import { writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** The watchdog: looks once a second whether the main thread's event loop has beaten. Looks are counted, so that a suspended machine is no standstill. */
const { beats } = workerData as { beats: Int32Array };
const lookMs = 1000;
const mostLooks = 5;
/** Whoever is inside JavaScript can be asked where within this time, on a busy machine too; a native call cannot. */
const answerWithinMs = 10_000;
const mostFrames = 12;

let [last, looks] = [-1, 0];
setInterval(() => {
  const now = Atomics.load(beats, 0);
  looks = now === last ? looks + 1 : 0;
  last = now;
  if (looks === mostLooks) void tell();
}, lookMs);

async function tell(): Promise<void> {
  const asked = whereIsMain();
  const now = await Promise.race([asked, wait(answerWithinMs, null)]);
  const where = now === null ? 'inside a native call' : `at ${now.join(' < ')}`;
  try {
    writeSync(2, `classcord: the event loop has stood still for ${mostLooks} s, ${where}\n`);
  } catch {
    // Nobody reads standard error.
  }
  parentPort?.postMessage({ stack: now ?? (await asked) });
}

/** Interrupts the main thread for a moment and asks for its stack. */
function whereIsMain(): Promise<readonly string[]> {
  const session = new Session();
  const files = new Map<string, string>();
  session.connectToMainThread();
  session.on('Debugger.scriptParsed', ({ params }) => files.set(params.scriptId, params.url));
  return new Promise((resolve) => {
    session.on('Debugger.paused', ({ params }) => {
      const frames = params.callFrames.slice(0, mostFrames).map(({ functionName, location }) => {
        return `${functionName || 'anonymous'} (${files.get(location.scriptId) ?? ''}:${location.lineNumber + 1})`;
      });
      session.post('Debugger.resume', () => session.disconnect());
      resolve(frames);
    });
    session.post('Debugger.enable');
    session.post('Debugger.pause');
  });
}
