/**
 * English insults and slurs that a class should not have to read, and harmless words that hold one of them. `*` stands for any beginning
 * or ending, `_` for a blank. What means something else in French (retard, douche, cons) or in every book (dyke, prick) is left out.
 */
export const words = listed(`
  arsehole* ass asses asshat asshats asshole* bastard* bellend bellends *bitch* bollocks bugger buggers
  cocksuck* coon coons crackhead* *cunt* dickface dickhead* dipshit* douchebag*
  fag fags *faggot* fck *fuck* fuk fuking gook gooks go_kill_yourself gtfo halfwit halfwits
  jackass* jerkoff* kike kikes kill_yourself kys mofo moron morons *nigga* *nigger* nignog*
  paki pakis piss_off pussies pussy *shit* skank* slut* son_of_a_bitch spastic spastics spic spics stfu
  tosser* tranny trannies twat* wanker* wanking wetback* whore* wop wops
`);

export const harmless = listed(`
  *ashita* *eshita* *ishita* *oshita* *ushita* mishit* niggard* scunthorpe shiitake* shitake* shitennoji shittim slutsk snigger* twatt
`);

function listed(text: string): string[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll('_', ' '));
}
