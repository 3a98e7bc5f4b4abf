/**
 * The largest part of a list that holds a bound, by halving: what holds together is taken together, what does not is
 * split. `fits` is asked with all that was taken so far and some more, so that what comes out was asked for as a whole.
 * Asks at most about twice as often as there are parts left out, times the depth of the halving.
 */
export async function largestSet<X>(
  all: readonly X[],
  fits: (set: readonly X[]) => Promise<boolean>,
): Promise<{ readonly taken: readonly X[]; readonly left: readonly X[] }> {
  const left: X[] = [];
  let taken: readonly X[] = [];
  async function grow(some: readonly X[]): Promise<void> {
    if (some.length === 0) return;
    if (await fits([...taken, ...some])) {
      taken = [...taken, ...some];
      return;
    }
    if (some.length === 1) {
      left.push(some[0]);
      return;
    }
    const middle = some.length >> 1;
    await grow(some.slice(0, middle));
    await grow(some.slice(middle));
  }
  await grow(all);
  return { taken, left };
}
