/** How many letters a text has that could be capitals, and how many are. */
export function capitalsIn(text: string): { readonly letters: number; readonly capitals: number } {
  let letters = 0;
  let capitals = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 97 && code <= 122) letters += 1;
    else if (code >= 65 && code <= 90) {
      letters += 1;
      capitals += 1;
    } else if (code >= 0xc0 && code < 0x590) {
      const character = text[index] ?? '';
      const [upper, lower] = [character.toUpperCase(), character.toLowerCase()];
      if (upper === lower) continue;
      letters += 1;
      if (character === upper) capitals += 1;
    }
  }
  return { letters, capitals };
}
