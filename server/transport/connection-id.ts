import { randomBytes } from 'node:crypto';

/** Ids of connections: unique over restarts too, since the store keeps guests by theirs. */
export function connectionIds(): () => string {
  const start = randomBytes(5).toString('hex');
  let last = 0;
  return () => {
    last += 1;
    return `${start}-${last.toString(36)}`;
  };
}
