import { readDatabase } from './reading.ts';

/** Tells when it has started, reads the database whenever it is asked to, and goes when the exporter does. */
const [file = ''] = process.argv.slice(2);
process.on('message', () => process.send?.(readDatabase(file)));
process.on('disconnect', () => process.exit());
process.send?.('started');
