#!/usr/bin/env node
// CommonJS on purpose: Node reads an ES module through the thread pool, so by the time one runs, the size of the pool is settled.
// Password hashes, log files and name lookups share that pool; with its default of four, hashes at the bell would starve the rest.
const threads = process.getBuiltinModule('node:os').availableParallelism() + 4;
process.env['UV_THREADPOOL_SIZE'] = String(Math.max(8, threads, Number(process.env['UV_THREADPOOL_SIZE']) || 0));

import('../cli.ts').then(
  (cli) => cli.main(),
  (error) => {
    process.stderr.write(`classcord: it cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(70);
  },
);
