import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A check of the whole database under way. */
export interface DatabaseCheck {
  /** Resolves to null when all is well, else to what is damaged. Rejects when it could not be done, or was stopped: that says nothing. */
  readonly damage: Promise<string | null>;
  /** Ends it at once. */
  stop(): void;
}

/**
 * Checks the whole database beside the service, in a process of its own: nothing ends a thread that is inside SQLite, and a stop must
 * not wait for the minutes that a large database takes.
 */
export function checkDatabase(file: string): DatabaseCheck {
  const program = fileURLToPath(new URL(`./check-process${extname(import.meta.url)}`, import.meta.url));
  const child = fork(program, [file], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk}`.slice(-2000);
  });
  const damage = new Promise<string | null>((resolve, reject) => {
    child.once('message', (found: { damage: string | null }) => resolve(found.damage));
    child.once('error', reject);
    child.once('close', (code, signal) => reject(new Error(`the check ended with ${signal ?? code}: ${errors}`)));
  });
  return { damage, stop: () => void child.kill('SIGKILL') };
}
