/**
 * French insults and slurs that a class should not have to read, and harmless words that hold one of them. `*` stands for any beginning
 * or ending, `_` for a blank. What is a word of every day as well (tapette, pédale, bouffon, mongol, pd) is left out: a rules file may add it.
 */
export const words = listed(`
  abruti abrutie abrutis abruties bande_de_cons bâtard* bicot bicots bougnoul* branleur* branleuse*
  chieur* chieuse* chinetoque* connard* connasse* conard* conasse* conne connes couille* couillon* crétin* crevard*
  débile débiles emmerd* encul* enfoiré* fdp ferme_ta_gueule fille_de_pute fils_de_pute
  gouine* gros_con imbécile* lopette* merde merdes merdeux merdique* mongolien*
  nègre nègres négro* nique niquer niqué nique_ta_mère nique_ta_race ntm
  pauvre_con pédé pédés pétasse* pouffiasse* poufiasse* putain* pute putes puterie
  raclure* rital ritals sac_à_merde sale_arabe sale_con sale_juif sale_noir sale_race salaud* salop* schlag
  ta_gueule tafiole* tarlouze* tocard* trou_du_cul trouduc* va_crever va_te_faire_foutre va_te_faire_mettre va_te_pendre
  youpin* youtre*
`);

export const harmless = listed(`
  bâtardeau* couillet emmerdement emmerdements niquedouille* pique_niqu* puterange salopette*
`);

function listed(text: string): string[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll('_', ' '));
}
