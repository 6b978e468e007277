import { linkConformance } from '../support/link-conformance.ts';
import { certificate } from '../support/tls.ts';

linkConformance('tcp', async () => []);
linkConformance('tls', async (t) => (await certificate(t)).settings);
