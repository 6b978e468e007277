import { openForOperator } from '../../server/operator-app.ts';

/** Opens as the operator’s command does, but once for many command lines: each opening starts a thread. */
export function openedOnce() {
  let opened: ReturnType<typeof openForOperator> | null = null;
  const openDatabase: typeof openForOperator = async (config, options) => {
    opened ??= openForOperator(config, options);
    return { run: (await opened).run, close: async () => undefined };
  };
  return { openDatabase, close: async () => (await opened)?.close() };
}
