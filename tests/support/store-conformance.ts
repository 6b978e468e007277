import { credentialPromises } from './credential-promises.ts';
import type { MakeStore } from './made-store.ts';
import { messagePromises } from './message-promises.ts';
import { moderationPromises } from './moderation-promises.ts';
import { totpPromises } from './totp-promises.ts';
import { writePromises } from './write-promises.ts';

/** Every promise that `Store` makes. A backend may add tests, never loosen one. */
export function storeConformance(name: string, make: MakeStore): void {
  messagePromises(name, make);
  writePromises(name, make);
  moderationPromises(name, make);
  credentialPromises(name, make);
  totpPromises(name, make);
}
