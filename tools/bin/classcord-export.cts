#!/usr/bin/env node
// `classcord export` under the name that the course knows.
import('../cli.ts').then(
  (cli) => cli.mainExport(),
  (error) => {
    process.stderr.write(`classcord: it cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(70);
  },
);
