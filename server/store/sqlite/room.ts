/** How much fits on a page. */
export interface Room {
  readonly limit: number;
  readonly bytes: number;
}

/** How many of them have room, from the first on; the first always has. */
export function fitting(sizes: readonly number[], { limit, bytes }: Room): number {
  let taken = 0;
  const tooMuch = sizes.findIndex((size, index) => {
    taken += size;
    return index === limit || (index > 0 && taken > bytes);
  });
  return tooMuch === -1 ? sizes.length : tooMuch;
}
