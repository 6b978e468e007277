import { test } from 'node:test';
import { protocolPages, transcriptsOf } from '../support/transcript.ts';
import { play } from '../support/transcript-player.ts';

for (const page of protocolPages) {
  for (const [index, transcript] of transcriptsOf(page).entries())
    test(`the server does what example ${index + 1} of ${page} shows, and no more (${transcript.title})`, (t) => play(t, transcript));
}
