import { Worker } from 'node:worker_threads';

/**
 * Starts a module of ours as a worker thread: `startThread(import.meta.url, './worker')`.
 * Compiled code runs as it is. From TypeScript sources (tests, `npm run dev`) the thread first registers tsx, which on Node 20 does
 * not reach threads by itself.
 */
export function startThread(from: string, module: string, workerData: unknown): Worker {
  if (!from.endsWith('.ts')) return new Worker(new URL(`${module}.js`, from), { workerData });
  const url = new URL(`${module}.ts`, from).href;
  const tsx = import.meta.resolve('tsx/esm/api');
  const bootstrap = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(url)}); });`;
  return new Worker(bootstrap, { workerData, eval: true });
}
